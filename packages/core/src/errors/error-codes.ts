/**
 * Every error code of Sluice and what it means, in one sentence each.
 *
 * `docs/errors.md` has a section for each, with its cause and its fix; a test holds the two together.
 * Set-up codes stop the server from starting; response codes fail one request.
 */
export const SETUP_CODES = {
  NOT_A_CONTROLLER: 'A class in `controllers` has no @Controller decorator.',
  NO_ROUTES: 'A controller has no route.',
  STATIC_ROUTE: 'A route or parameter decorator is on a static member or on something that is no method.',
  DUPLICATE_ROUTE: 'Two routes answer the same method and path.',
  PATH_INVALID: 'A path cannot be used as a route.',
  PATH_PARAM_UNKNOWN: 'A @Param name is not in the path of the route.',
  PARAM_TYPE_ERASED: 'The type of a parameter is not known at run time.',
  PARAM_TYPE_UNSUPPORTED: 'A source cannot give a value of this type.',
  PARAM_NOT_FILLED: 'Nothing fills a parameter of a handler.',
  PARAM_NAME_MISSING: 'A source that reads one named value has no name.',
  PARAM_SOURCES_TWO: 'One parameter has two sources.',
  PARAM_DEFAULT_INVALID: 'The default of a parameter is not of its type.',
  PARAM_RULE_INVALID: 'A rule of a parameter does not fit its type, or is not valid.',
  BODY_ON_BODYLESS_METHOD: 'A handler of GET or HEAD reads a body, which Fastify does not parse there.',
  BODY_SOURCES_MIXED: 'The @Body parameters of one handler contradict each other.',
  MODEL_EMPTY: 'A model class has no field with a decorator of class-validator.',
  MODEL_FIELD_UNDECORATED:
    'A model class has a field that can be seen, and that no decorator of class-validator is on.',
  MODEL_FIELD_UNFILLABLE: 'A model class asks for a field that no request can fill.',
  MODEL_FIELD_UNTYPED: 'A field of a request has @ValidateNested without @Type, or @Holds alone.',
  MODEL_DISCRIMINATOR_DROPPED:
    'Classes of a union have the property that tells them apart, and it is dropped.',
  RESPONSE_MODEL_INVALID: 'A response model is no type of a response, or cannot apply to the response.',
  RESPONSE_MODEL_FIELD_UNKNOWN: 'A field to be sent or left out is not in the response model.',
  RESPONSE_MODEL_UNION: 'The types of a union in a response model cannot be told apart.',
  TEMPLATE_UNUSED: 'A route names a template, and its response class renders none.',
  VIEW_MISSING: 'A route renders templates, and the host has no @fastify/view.',
  STATUS_INVALID: 'A status code cannot be that of a final response.',
  STATUS_WITHOUT_BODY: 'A status without a body (204, 205, 304) is combined with something that makes one.',
  HEADER_INVALID: 'A header of a route is not valid.',
  RESPONSE_CLASS_INVALID: '`responseClass` is not a response class.',
  GLOBAL_RESPONSE: "A parameter has the type of fetch's global Response.",
  DEPENDENCY_INVALID: 'A dependency, or an option of one, is not what it can be.',
  DEPENDENCY_SCOPE: 'A dependency asks for one that lives shorter than itself.',
  DEPENDENCY_CIRCLE: 'Dependencies ask for each other.',
  CONSTRUCTOR_PARAMETER: 'A constructor parameter cannot be resolved.',
  CONSTRUCTOR_CIRCLE: 'Classes ask for each other in their constructors.',
  CONSTRUCTOR_FAILED: 'The constructor of a controller, or of a class that it asks for, threw.',
  CONTAINER_FAILED: 'The container could not make a controller.',
  DOCUMENTATION_INVALID: 'What a route says for its documentation is not valid.',
  OPTIONS_INVALID: 'The options of the plugin are not valid.',
  CHANNEL_INVALID: 'The options of a channel are not valid.',
  PACKAGE_MISSING: 'An option needs a package that is not installed.',
  SWAGGER_TOO_LATE: '@fastify/swagger was registered after Sluice, so it sees none of its routes.',
} as const;

/** Codes of errors that one response can have, thrown where it is made or committed. */
export const RESPONSE_CODES = {
  HEADER_NAME_INVALID: 'A header name is not a token of RFC 9110 section 5.6.2.',
  HEADER_VALUE_INVALID: 'A header value holds a character that RFC 9110 section 5.5 does not allow.',
  COOKIE_INVALID: 'A cookie has a name, value or attribute that RFC 6265 does not allow.',
  REDIRECT_ADDRESS_INVALID: 'A redirect address is not a string, is empty, or holds CR, LF or NUL.',
  FILENAME_INVALID: 'A file name for Content-Disposition is empty or holds CR, LF or NUL.',
  STATUS_CODE_INVALID: 'A status code is not an integer from 200 to 599.',
  CONTENT_INVALID: 'The content is not what the response class can send.',
  CONTENT_NOT_JSON: 'The value is not JSON; another response class sends it.',
  RESPONSE_MODEL_UNFIT: 'What a handler returned does not have the shape of its `responseModel`.',
  TEMPLATE_WITHOUT_VIEW: 'A template is to be sent, and the host has no @fastify/view.',
  CHUNK_INVALID: 'A stream gave a chunk that is neither text nor bytes.',
  BODY_CONSUMED: 'The body of a fetch Response, or the iterator of a stream, was used before.',
  EVENT_INVALID: 'A server-sent event has a field that is not valid, or that no event has.',
  EVENT_STREAM_INVALID: 'A time of an event stream is not a number of milliseconds that a timer can wait.',
  CHANNEL_CLOSED: 'Something was published on a closed channel, or someone subscribed to it.',
  SUBSCRIPTION_INVALID: 'The options of a subscription are not valid.',
  HEAD_SENT: 'The head of the response has been sent, so it cannot change any more.',
  DEPENDENCY_YIELD: 'A dependency did not yield exactly once, or returned a generator that nobody opens.',
  TASK_INVALID:
    'A background task is not a function that can run, or has an option that is none, or a response has a background that is none.',
  TASK_TOO_LATE: 'A background task was added when the tasks of its request had run or were dropped.',
} as const;

export type SetupCode = keyof typeof SETUP_CODES;
export type ResponseCode = keyof typeof RESPONSE_CODES;
