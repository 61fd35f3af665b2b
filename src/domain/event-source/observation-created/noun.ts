export const observationNoun = { one: "observation", many: "observations" };
