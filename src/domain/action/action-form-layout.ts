type Named = { name: string; label: string; help?: string };

type NumberField = Named & {
  kind: "number";
  min: number;
  max: number;
  unit?: string;
  /** whether the field may be empty; the configuration then holds null */
  isOptional?: true;
};

/** A field of an action's form. `name` is its dotted path in the configuration. */
export type ActionField =
  /** `hiddenHelp` replaces `help` while the form shows a masked URL */
  | (Named & { kind: "text" | "url"; placeholder?: string; isRequired?: true; hiddenHelp?: string })
  | (Named & { kind: "select"; options: readonly { value: string; label: string }[] })
  | (Named & { kind: "checkbox" })
  | NumberField
  /** two fields on one line; the first one is narrow */
  | { kind: "row"; fields: readonly ActionField[] }
  /** a section that stays folded until somebody opens it or one of its fields has an error */
  | { kind: "folded"; label: string; hint: string; fields: readonly NumberField[] }
  /** a button that fills the URL of the built-in test endpoint into the field `name` */
  | { kind: "test endpoint"; name: string }
  /**
   * fields for fixed parts of the configuration: `body` edits `detail` and `template`, `headers` edits `headers`, and
   * `retry` edits the retry policy `retry`
   */
  | { kind: "body" }
  | { kind: "headers" }
  | { kind: "retry" };

/** The form of an action type: a list of cards with a title and fields. */
export type ActionFormLayout = readonly { title: string; fields: readonly ActionField[] }[];

/** Tells whether a form has the field for the message body, which a template preset can fill. */
export const hasBodyField = (form: ActionFormLayout): boolean =>
  form.some(({ fields }) => fields.some(({ kind }) => kind === "body"));

/** Lists the dotted paths of a form's fields. The server's error messages name fields by these paths. */
export function listFormFieldPaths(form: ActionFormLayout): string[] {
  const namesOf = (field: ActionField): string[] => {
    if (field.kind === "row" || field.kind === "folded") return field.fields.flatMap(namesOf);
    if (field.kind === "body") return ["detail", "template"];
    if (field.kind === "retry") return ["retry", "retry.delaysSeconds"];
    return field.kind === "headers" ? ["headers"] : [field.name];
  };
  return form.flatMap(({ fields }) => fields.flatMap(namesOf));
}
