/** A configuration that parses and still cannot be stored. The error has a message for each field at fault. */
export class ConfigurationError extends Error {
  /** @param fields message by dotted path, for instance by `headers.0.value` */
  constructor(readonly fields: Readonly<Record<string, string>>) {
    super(Object.values(fields).join(" "));
    this.name = "ConfigurationError";
  }
}
