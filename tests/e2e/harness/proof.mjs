// Fresh proofs of who a person is.

/** After this time, a sign-in counts as a proof no more. */
export const PROOF_SECONDS = 5 * 60;
/** For a walk's option `refused`: what asks for a proof, and a proof that is wrong. */
export const PROOF_NEEDED =
  /^403 for (POST .*\/(api-keys|audit-events\/export|secret\/reveal|salesforce\/flows)|PATCH .*\/account)$/;
export const PROOF_REFUSED = /^422 for POST .*\/session\/proof$/;

/** The code in a mail. */
export const codeIn = (mail) => mail.text.match(/^\d{8}$/m)[0];
