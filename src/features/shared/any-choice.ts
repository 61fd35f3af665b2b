/**
 * The value of the choice "any" in a select or a combobox, which would show its placeholder for an empty value. No
 * filter has this value.
 */
export const ANY_CHOICE_VALUE = "\u0000any";
