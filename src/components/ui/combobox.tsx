"use client";

import { ChoiceButton } from "./choice-button";
import type { ComboboxProps } from "./combobox-control";
import { makeLazyControl, type EarlyControlHandlers } from "./lazy-control";

/**
 * A control with a searchable list, from which a person chooses one of many values. Groups have headings; a single
 * group has none.
 */
export const Combobox = makeLazyControl<ComboboxProps>(
  () => import("./combobox-control").then((module) => module.ComboboxControl),
  EarlyCombobox,
);

function EarlyCombobox({ groups, value, placeholder, ...props }: ComboboxProps & EarlyControlHandlers) {
  const { onValueChange: _value, onSearch: _search, searchPlaceholder: _hint, emptyText: _text, ...button } = props;
  const selected = groups.flatMap(({ items }) => items).find((item) => item.value === value);
  return (
    <ChoiceButton {...button} isEmpty={!selected}>
      {selected?.label ?? value ?? placeholder ?? "Choose…"}
    </ChoiceButton>
  );
}
