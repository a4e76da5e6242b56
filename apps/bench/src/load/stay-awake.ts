/**
 * Keeps this process awake until the function that it gives is called. To wake up a client that sleeps is part of the CPU
 * time of the server that answers it, and dearer than the answer on a virtual machine; but it takes a core.
 */
export function stayAwake(): () => void {
  let polling = true;
  const poll = (): void => {
    if (polling) setImmediate(poll);
  };
  poll();
  return () => (polling = false);
}
