import type { TokenScope } from "./access";

export type UserActor = { type: "user"; id: string; label: string };

/** An API token. Its scopes and the role of its maker bound what it may do. */
export type TokenActor = {
  type: "token";
  id: string;
  label: string;
  /** the person who made the token */
  maker: { id: string; label: string };
  /** the only project that the token opens; null if it opens every project of its maker */
  projectId: string | null;
  scopes: readonly TokenScope[];
};

/** The program itself as an actor, in background functions and commands. */
export type SystemActor = { type: "system"; id: null; label: string };

/**
 * The person or token that makes a call, or the program itself. Audit entries and versions keep `id` and `label`. The
 * id's prefix tells a person (`usr_`) from a token (`tok_`).
 */
export type Actor = UserActor | TokenActor | SystemActor;

export const makeUserActor = (user: { id: string; email: string }): UserActor => ({
  type: "user",
  id: user.id,
  label: user.email,
});

export const makeTokenActor = (token: Omit<TokenActor, "type" | "label"> & { name: string }): TokenActor => {
  const { name, ...rest } = token;
  return { ...rest, type: "token", label: `the token “${name}” of ${token.maker.label}` };
};

export const makeSystemActor = (label: string): SystemActor => ({ type: "system", id: null, label });

/**
 * Returns the person who answers for a call: the signed-in person, or the maker of the token; null for the system. The
 * columns `created_by_id` keep this person, and limits for each person count by it.
 */
export function readPersonIdOfActor(actor: UserActor | TokenActor): string;
export function readPersonIdOfActor(actor: Actor): string | null;
export function readPersonIdOfActor(actor: Actor): string | null {
  switch (actor.type) {
    case "user":
      return actor.id;
    case "token":
      return actor.maker.id;
    case "system":
      return null;
    default:
      return actor satisfies never;
  }
}

/** Returns the scopes of an actor; null if no scope bounds the actor. */
export function readScopesOfActor(actor: Actor): readonly TokenScope[] | null {
  switch (actor.type) {
    case "token":
      return actor.scopes;
    case "user":
    case "system":
      return null;
    default:
      return actor satisfies never;
  }
}
