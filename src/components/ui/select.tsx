"use client";

import type { ComponentType } from "react";
import { ChoiceButton } from "./choice-button";
import { makeLazyControl, type EarlyControlHandlers, type EarlyControlUse } from "./lazy-control";
import type { SelectProps } from "./select-control";

type AnySelect = ComponentType<SelectProps<string> & { wish: EarlyControlUse }>;

const LazySelect = makeLazyControl<SelectProps<string>>(
  () => import("./select-control").then((module) => module.SelectControl as AnySelect),
  EarlySelect,
);

function EarlySelect({
  options,
  value,
  onValueChange: _,
  placeholder,
  ...button
}: SelectProps<string> & EarlyControlHandlers) {
  return (
    <ChoiceButton {...button} isEmpty={value === null}>
      {options.find((option) => option.value === value)?.label ?? placeholder ?? "Choose…"}
    </ChoiceButton>
  );
}

/**
 * A control with a list, from which a person chooses one of a few values. For many values, or a search, use `Combobox`.
 */
export function Select<Value extends string>(props: SelectProps<Value>) {
  return <LazySelect {...(props as unknown as SelectProps<string>)} />;
}
