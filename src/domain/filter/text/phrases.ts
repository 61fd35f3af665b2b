import type { EventColumn } from "../../event-source/event-source";
import type { FilterableSource } from "../check-filter";
import { listOperatorsOfColumn, getOperatorLabel } from "../operators";
import type { Operator } from "../schema";
import type { FilterToken } from "./tokens";
import { writeColumnLabelInSentence } from "./words";

/**
 * Finds the column that a label or an id at this position names. The longest name counts: "input tokens", not "input".
 */
export function findColumn(
  source: FilterableSource,
  tokens: readonly FilterToken[],
  at: number,
): { column: EventColumn<unknown>; length: number } | null {
  const found = source.columns
    .flatMap((column: EventColumn<unknown>) => [column.label, column.id].map((phrase) => ({ column, phrase })))
    .flatMap(({ column, phrase }) => {
      const length = phraseLength(phrase, tokens, at);
      return length === 0 ? [] : [{ column, length }];
    });
  return found.toSorted((left, right) => right.length - left.length)[0] ?? null;
}

/** Finds the operator at this position, in the words of the column's type or in its JSON form. */
export function findOperator(
  column: EventColumn<unknown>,
  tokens: readonly FilterToken[],
  at: number,
): { operator: Operator; length: number } | null {
  const found = listOperatorsOfColumn(column)
    .flatMap((operator) => [getOperatorLabel(column.type, operator), operator].map((phrase) => ({ operator, phrase })))
    .flatMap(({ operator, phrase }) => {
      const length = phraseLength(phrase, tokens, at);
      return length === 0 ? [] : [{ operator, length }];
    });
  return found.toSorted((left, right) => right.length - left.length)[0] ?? null;
}

/**
 * Returns the number of tokens of a phrase if it stands at this position, else 0. Upper and lower case are the same.
 */
function phraseLength(phrase: string, tokens: readonly FilterToken[], at: number): number {
  const words = phrase.toLowerCase().split(" ");
  const stands = words.every((word, index) => {
    const token = tokens[at + index];
    return token !== undefined && token.kind !== "text" && token.value.toLowerCase() === word;
  });
  return stands ? words.length : 0;
}

export function describeUnknownColumn(source: FilterableSource, token: FilterToken): string {
  const written = token.value.toLowerCase();
  const isNear = ({ label, id }: EventColumn<unknown>): boolean => {
    const names = [label.toLowerCase(), id.toLowerCase()];
    return names.some((name) => name.startsWith(written.slice(0, 3)) || (written.length > 2 && name.includes(written)));
  };
  const near = source.columns.filter(isNear).slice(0, 5).map(writeColumnLabelInSentence);
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : "A condition begins with a column, such as ";
  const example = near.length > 0 || !source.columns[0] ? "" : `${writeColumnLabelInSentence(source.columns[0])}.`;
  return `There is no column "${token.value}". ${hint}${example}`;
}

export function describeUnknownOperator(column: EventColumn<unknown>, token: FilterToken | undefined): string {
  const known = listOperatorsOfColumn(column).map((operator) => `"${getOperatorLabel(column.type, operator)}"`);
  const seen = token ? `, not "${token.value}"` : "";
  return `After ${writeColumnLabelInSentence(column)} write one of ${known.join(", ")}${seen}.`;
}
