import { isJsonObject, isObjectOrList } from "../../../json/json-kinds";

/** A variable that a template can insert, with the text that inserts it. */
export type TemplateVariable = { path: string; insert: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Lists the variables of an envelope: the fields beside and in `data`. An object is listed by its own fields, except
 * those whose names Liquid cannot write after a dot. A template inserts a list or a deeper object whole, as JSON.
 */
export function listTemplateVariables(envelope: Readonly<Record<string, unknown>>): TemplateVariable[] {
  const { data, ...rest } = envelope;
  const variables: TemplateVariable[] = [];
  for (const [name, value] of Object.entries({ ...(data as object), ...rest })) {
    if (!isJsonObject(value)) variables.push(variable(name, value));
    else
      for (const [key, inner] of Object.entries(value))
        if (NAME.test(key)) variables.push(variable(`${name}.${key}`, inner));
  }
  return variables;
}
const variable = (path: string, value: unknown): TemplateVariable => ({
  path,
  insert: isObjectOrList(value) ? `{{ ${path} | json }}` : `{{ ${path} }}`,
});
