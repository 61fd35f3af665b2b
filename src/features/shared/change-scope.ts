"use client";

import { useIsMutating } from "@tanstack/react-query";

/**
 * The scope of all changes to one trigger or one action. React Query sends the changes of a scope one after the other.
 * So a save that follows a switch within one round trip knows the version that the switch made, and is no conflict.
 */
export const makeChangeScope = (targetId: string) => ({ id: `change ${targetId}` });

/** Tells whether this page has a change to the trigger or the action under way, from any of its controls. */
export function useIsChanging(targetId: string): boolean {
  const { id } = makeChangeScope(targetId);
  return useIsMutating({ predicate: ({ options }) => options.scope?.id === id }) > 0;
}
