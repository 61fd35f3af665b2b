import { useState } from "react";

type EditedVersionOptions<Stored, Values> = {
  /** the trigger or action that the form edits, as the server returned it */
  stored: Stored;
  toValues: (stored: Stored) => Values;
  /** loads the newest version; undefined if that fails */
  reload: () => Promise<Stored | undefined>;
};

/**
 * Holds the values and the version with which the form of a trigger or an action was filled. A save sends that version.
 * If another person has saved since, the save causes a conflict and overwrites nothing. `round` changes when the form
 * must be filled again.
 */
export function useEditedVersion<Stored extends { version: number }, Values>({
  stored,
  toValues,
  reload,
}: EditedVersionOptions<Stored, Values>) {
  const [base, setBase] = useState({ version: stored.version, values: toValues(stored), round: 0 });
  const [hasConflict, setHasConflict] = useState(false);
  const setVersion = (version: number, values?: Values) => {
    setBase((before) => ({ ...before, version, values: values ?? before.values }));
    setHasConflict(false);
  };
  /** Fills the form with the newest version and drops the person's changes. If the load fails, nothing changes. */
  const startOver = async () => {
    const fresh = await reload();
    if (!fresh) return;
    setBase(({ round }) => ({ version: fresh.version, values: toValues(fresh), round: round + 1 }));
    setHasConflict(false);
  };
  /**
   * Switching on or off also makes a new version. If its number directly follows the form's version, nobody else has
   * saved in between.
   */
  const onSwitched = (version: number) =>
    setBase((before) => (version === before.version + 1 ? { ...before, version } : before));
  return {
    ...base,
    hasConflict,
    onConflict: () => setHasConflict(true),
    /** Takes over the version that a save made, and the saved values; without values the earlier ones stay. */
    onSaved: setVersion,
    /** Resolves a conflict: the next save overwrites the version that another person saved. */
    keepMine: (version: number) => setVersion(version),
    startOver,
    onSwitched,
  };
}
