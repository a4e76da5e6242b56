// The smallest file that readers of PDF accept as one page.
const PDF = `%PDF-1.1
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

/** Files that blocks find in their working directory, by path. */
export const fixtures: Readonly<Record<string, string>> = {
  'reports/summary.pdf': PDF,
  'public/index.html': '<!doctype html>\n<title>Sluice</title>\n',
};
