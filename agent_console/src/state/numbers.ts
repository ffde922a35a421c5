/** A telephone number in groups, as people read it. Masked ones keep their stars. Pure. */
export function readable(number: string): string {
  const mobile = /^(\+86)?(1[3-9][0-9*])([0-9*]{4})([0-9*]{4})$/.exec(number);
  if (mobile) return mobile.slice(1).filter(Boolean).join(" ");
  const hotline = /^(400|800)(\d{3})(\d{4})$/.exec(number);
  if (hotline) return hotline.slice(1).join(" ");
  const landline = /^\+86(10|2\d|[3-9]\d{2})([0-9*]{3,4})([0-9*]{4})$/.exec(number);
  return landline ? `+86 ${landline.slice(1).join(" ")}` : number;
}
