import { isConnectionHeader } from "@/domain/action/webhook/header-names";

/**
 * Describes what is wrong with a request's headers; null if nothing is. Forms check headers when they are saved; this
 * check runs before every request.
 */
export function describeHeadersProblem(headers: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
      return `The header name ${JSON.stringify(name.slice(0, 100))} is not valid.`;
    if (isConnectionHeader(name.toLowerCase())) return `The header ${name} cannot be set.`;
    // A header's value may have tabs, printable ASCII and the upper half of latin1 (RFC 9110 section 5.5).
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      return `The value of the header ${name} holds a line break or a character that headers cannot carry.`;
    }
  }
  return null;
}
