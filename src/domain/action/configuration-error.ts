/** The error of a configuration that fits its schema but cannot be stored, for instance because a secret is missing. */
export class ConfigurationError extends Error {
  /** @param fields the message for each field at fault, by dotted path, such as `headers.0.value` */
  constructor(readonly fields: Readonly<Record<string, string>>) {
    super(Object.values(fields).join(" "));
    this.name = "ConfigurationError";
  }
}
