export { createTestServer, type TestServer, type TestServerOptions } from './create-test-server.js';
export { readEvents, type EventsResponse, type StreamedEvent } from './read-events.js';
export { tasksDone } from './tasks-done.js';
