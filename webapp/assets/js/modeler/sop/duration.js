// A limit as its timer has it (bare ISO 8601) and as the SOP writes it ("1 Jam 30 Menit"); the same rules as the server's.
const ISO = /^P(?:(\d{1,6})D)?(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;
const AROUND = /\([^()]*\)|\b(?:maks(?:imal|imum|\.)?|paling (?:lama|lambat))(?=\s|$)\.?|±/gi;
const PART = /(\d{1,6})\s*(hari|jam|menit|detik)\b\s*(kerja\b)?/gi;
const SIZES = { jam: 3600, menit: 60, detik: 1 };

// {days, seconds} of a bare literal; undefined for anything else.
export function parse(text) {
  const match = ISO.exec(text ?? "");
  if (!match || match[2] === "T") return undefined;
  const [days, hours, minutes, seconds] = [match[1], match[3], match[4], match[5]].map((part) => Number(part ?? 0));
  const limit = { days, seconds: hours * 3600 + minutes * 60 + seconds };
  return limit.days || limit.seconds ? limit : undefined;
}

export const parts = ({ days, seconds }) => ({ days, hours: Math.floor(seconds / 3600), minutes: Math.floor((seconds % 3600) / 60), rest: seconds % 60 });

export function iso(limit) {
  const { days, hours, minutes, rest } = parts(limit);
  const day = days ? `${days}D` : "";
  const clock = [[hours, "H"], [minutes, "M"], [rest, "S"]].filter(([count]) => count).map(([count, unit]) => `${count}${unit}`).join("");
  return `P${day}${clock && `T${clock}`}`;
}

export const same = (one, other) => one.days === other.days && one.seconds === other.seconds;

export const shorter = (one, other) => one.days - other.days || one.seconds - other.seconds;

// What the SOP's column says, with `working` where it says so; undefined for other words.
export function read(text) {
  const plain = text.replace(AROUND, " ");
  const found = [...plain.matchAll(PART)];
  const units = found.map(([, , unit]) => unit.toLowerCase());
  if (!found.length || plain.replace(PART, "").replace(/[ ,.]/g, "") || new Set(units).size < units.length) return undefined;
  const limit = { days: 0, seconds: 0, working: found.some(([, , , working]) => working) || undefined };
  for (const [, count, unit] of found) {
    if (unit.toLowerCase() === "hari") limit.days += Number(count);
    else limit.seconds += Number(count) * SIZES[unit.toLowerCase()];
  }
  return limit;
}

// Whether the column and the timer mean the same.
export function agrees(text, limit, working) {
  const said = read(text.trim());
  return Boolean(said) && same(said, limit) && !(said.working && !working);
}

const counted = ({ days, seconds }, day) => {
  const clock = parts({ days: 0, seconds });
  return [[days, day], [clock.hours, "Jam"], [clock.minutes, "Menit"], [clock.rest, "Detik"]].filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`).join(" ");
};

// For the column *Waktu*.
export const write = (limit, working) => counted(limit, working ? "Hari Kerja" : "Hari");

// For the label beside the timer: "2 jam kerja".
export const label = (limit, working) => `${counted(limit, "hari").toLowerCase()}${working ? " kerja" : ""}`;
