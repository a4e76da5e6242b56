/** Keeps what blocks print, and the logs of their servers, out of the report of the test; gives the way back. */
export function hideOutput(): () => void {
  const spies = [
    // Fastify's logger writes to the file descriptor itself, unless it finds this method replaced.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true),
    ...(['debug', 'error', 'info', 'log', 'warn'] as const).map((name) =>
      jest.spyOn(console, name).mockReturnValue(),
    ),
  ];
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}
