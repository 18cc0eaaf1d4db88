/**
 * Checksums that tell numbers of cards and accounts from other numbers. Pure.
 *
 * @module
 */
import { isIPv6 } from "node:net";

/** Luhn's sum over 13 to 19 digits that begin as cards do; separators are passed over. */
export function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (!/^[2-6]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Countries whose accounts are IBANs, each with the length (ISO 13616 registry). */
const IBANS =
  "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

const LENGTHS = new Map(
  Array.from(IBANS.matchAll(/([A-Z]{2})(\d\d)/g), ([, country, length]) => [
    country,
    Number(length),
  ]),
);

/** UTF-16 length of the IBAN that `text` begins with, its spaces included; undefined where there is none. */
export function ibanLength(text: string): number | undefined {
  const wanted = LENGTHS.get(text.slice(0, 2));
  if (wanted === undefined) return undefined;
  let [account, at] = ["", 0];
  for (; at < text.length && account.length < wanted; at++) {
    if (text[at] !== " ") account += text[at];
  }
  const goesOn = /[A-Za-z0-9]/.test(text[at] ?? "");
  return account.length === wanted && !goesOn && hasRest1(account) ? at : undefined;
}

/** ISO 7064, MOD 97-10. */
function hasRest1(account: string): boolean {
  let rest = 0;
  for (const char of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** An IPv4 address that may be somebody's: not this machine's, not a mask, not a version. */
export function isAddress(text: string): boolean {
  return !/^(?:127\.|0\.0\.0\.0$|255\.255\.)/.test(text) && !text.endsWith(".0.0.0");
}

/** An IPv6 address of three groups or more: `a::b` may be code. */
export function isAddress6(text: string): boolean {
  return isIPv6(text) && /\d/.test(text) && text.split(/:+/).filter(Boolean).length > 2;
}

/** Nine to fifteen digits: dates and short numbers are no telephones. */
export function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return digits >= 9 && digits <= 15;
}

/** Whether base64 says `user:password`, as HTTP's Basic scheme has it. */
export function isBasic(text: string): boolean {
  return /^[^\p{Cc}\ufffd:]*:[^\p{Cc}\ufffd]*$/u.test(Buffer.from(text, "base64").toString());
}
