/** A configuration that parses and still cannot be stored; says what is wrong at which field of the form. */
export class ConfigurationError extends Error {
  /** @param fields dotted path → message, for instance `headers.0.value` */
  constructor(readonly fields: Readonly<Record<string, string>>) {
    super(Object.values(fields).join(" "));
    this.name = "ConfigurationError";
  }
}
