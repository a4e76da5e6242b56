import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{src,test}/**/*.test.ts'], globals: true, testTimeout: 30_000, hookTimeout: 30_000 },
});
