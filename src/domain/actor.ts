import type { TokenScope } from "./access";

/** A person who is signed in. */
export type UserActor = { type: "user"; id: string; label: string };

/** An API token. It can do what its scopes allow, and no more than its maker. */
export type TokenActor = {
  type: "token";
  id: string;
  label: string;
  /** the person who made the token */
  maker: { id: string; label: string };
  /** the only project that the token opens; null for every project of its maker */
  projectId: string | null;
  scopes: readonly TokenScope[];
};

/** The program itself: background functions and commands. */
export type SystemActor = { type: "system"; id: null; label: string };

/**
 * Who makes a call. Audit entries and versions keep `id` and `label`; the id's prefix tells a person (`usr_`) from a
 * token (`tok_`).
 */
export type Actor = UserActor | TokenActor | SystemActor;

export const userActor = (user: { id: string; email: string }): UserActor => ({
  type: "user",
  id: user.id,
  label: user.email,
});

export const tokenActor = (token: Omit<TokenActor, "type" | "label"> & { name: string }): TokenActor => {
  const { name, ...rest } = token;
  return { ...rest, type: "token", label: `the token “${name}” of ${token.maker.label}` };
};

export const systemActor = (label: string): SystemActor => ({ type: "system", id: null, label });

/**
 * The person who answers for a call: the person, or the maker of the token; null for the system. The columns
 * `created_by_id` keep it, and limits for each person count by it.
 */
export function personIdOf(actor: UserActor | TokenActor): string;
export function personIdOf(actor: Actor): string | null;
export function personIdOf(actor: Actor): string | null {
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

/** The scopes that bound an actor; null for an actor that no scope bounds. */
export function scopesOf(actor: Actor): readonly TokenScope[] | null {
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
