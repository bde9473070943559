// @ts-check
export const WIDE_ENOUGH = "(min-width: 1500px)"; // for sessions side by side
