/** A configuration parses and cannot be stored. The error names the fields of the form with a message each. */
export class ConfigurationError extends Error {
  /** @param fields dotted path → message, for instance `headers.0.value` */
  constructor(readonly fields: Readonly<Record<string, string>>) {
    super(Object.values(fields).join(" "));
    this.name = "ConfigurationError";
  }
}
