// Secrets that are followed: whether something holds one, however it is written.

/** A secret as it is, and as addresses, headers, JSON and bytes in hexadecimal write it. */
function spellings(secret) {
  const hex = Buffer.from(secret).toString("hex");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase(), ...inBase64(secret)];
}

/** Base64 of a secret at each of the three places that it can have in what is encoded, without what depends on others. */
function inBase64(secret) {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    return ["base64", "base64url"].map((alphabet) => whole.toString(alphabet).slice(from, to));
  });
}

/** Whether a text or bytes hold a secret, which is a text, or a pattern of those that nobody outside is told. */
export function holds(where, secret) {
  if (secret instanceof RegExp) return secret.test(Buffer.isBuffer(where) ? where.toString("latin1") : where);
  return spellings(secret).some((spelling) => where.includes(spelling));
}
