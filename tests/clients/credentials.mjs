// What the stand-ins accept: crates/sandbox/src/salesforce/app.rs and crates/sandbox/src/marketo/tokens.rs.

/** The app that is registered at Salesforce. */
export const CONSUMER = { id: "3MVG9sandbox.SalesInsightActions", secret: "SANDBOX0SALESFORCE0CLIENT0SECRET" };

/** A client of Marketo that may read people and their activities. */
export const INTEGRATION = { id: "5e0b1a57-7a3d-4c1e-9d2b-b0b0e0000002", secret: "sandboxIntegr8nWd5yH2pL6eC0nF7jX" };

/** The instance of Marketo that has everything. */
export const MUNCHKIN = "284-RPR-133";
