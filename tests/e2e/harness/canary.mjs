// Tracked secrets: whether something contains one, in any encoding.

/** A secret as it is, and as encoded in addresses, headers, JSON and hexadecimal. */
function spellings(secret) {
  const hex = Buffer.from(secret).toString("hex");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase(), ...inBase64(secret)];
}

/** The Base64 of a secret at each of its three alignments, without the characters that depend on its neighbours. */
function inBase64(secret) {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    return /** @type {const} */ (["base64", "base64url"]).map((alphabet) => whole.toString(alphabet).slice(from, to));
  });
}

/** Whether a text or bytes hold a secret: a text, or a pattern for secrets that only the servers know. */
export function holds(where, secret) {
  if (secret instanceof RegExp) return secret.test(Buffer.isBuffer(where) ? where.toString("latin1") : where);
  return spellings(secret).some((spelling) => where.includes(spelling));
}
