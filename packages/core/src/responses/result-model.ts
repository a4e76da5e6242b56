/** What a route's `responseModel` makes of results, and of the items of streams. */
export interface ResultModel {
  /**
   * Gives what is sent of a value as plain JSON data; an integer that no double holds is a bigint in it.
   *
   * @throws ResponseError RESPONSE_MODEL_UNFIT
   */
  readonly project: (value: unknown) => unknown;
  /** Writes what `project` gave, or what others made of it, as JSON text. */
  readonly serialize: (projected: unknown) => string;
  /** The text of frozen events that go to many clients. */
  readonly texts: WeakMap<object, string>;
  /**
   * Where a route declares what its events hold by their names: the model of one name. What has none is sent as it is. Undefined
   * where this model is that of every event.
   */
  readonly ofEvent?: (name: string) => ResultModel | undefined;
}
