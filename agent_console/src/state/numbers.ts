/** Telephone numbers as people read and type them. Pure. */

/** In groups. Masked ones keep their stars. */
export function readable(number: string): string {
  const mobile = /^(\+86)?(1[3-9][0-9*])([0-9*]{4})([0-9*]{4})$/.exec(number);
  if (mobile) return mobile.slice(1).filter(Boolean).join(" ");
  const hotline = /^(400|800)(\d{3})(\d{4})$/.exec(number);
  if (hotline) return hotline.slice(1).join(" ");
  const landline = /^\+86(10|2\d|[3-9]\d{2})([0-9*]{3,4})([0-9*]{4})$/.exec(number);
  return landline ? `+86 ${landline.slice(1).join(" ")}` : number;
}

/** Those that hold what somebody typed: with spaces, 00, a country or an area code or not. As `numbers_like` of the server. */
export function numbersLike(typed: string, known: readonly string[]): string[] {
  const digits = typed.replaceAll(/[\s().\-/]/g, "").replace(/^\+/, "");
  if (!digits) return [...known];
  const parts = [digits, digits.replace(/^00/, ""), digits.replace(/^0+/, "")].filter(Boolean);
  return known.filter((number) => parts.some((part) => number.includes(part)));
}
