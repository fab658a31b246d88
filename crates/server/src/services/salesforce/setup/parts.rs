//! The names of the parts that an org needs.

/// The prefix of the package's own things.
pub(in crate::services::salesforce) const NAMESPACE: &str = "mkto_si";
/// The first version of the package whose access is given by a permission set.
pub(super) const VERSION_NEEDED: (u32, u32) = (1, 8000);
pub(in crate::services::salesforce) const APP_EXCHANGE: &str =
    "https://appexchange.salesforce.com/appxListingDetail?listingId=a0N30000001SVZmEAO";
pub(in crate::services::salesforce) const PERMISSION_SET: &str = "Marketo App Access";

/// The section of page layouts, and the objects whose layouts have it.
pub(super) const SECTION: &str = "Marketo Sales Insight";
pub(super) const SECTION_OBJECTS: [&str; 4] = ["Lead", "Contact", "Account", "Opportunity"];

/// Remote sites of Actions, by name and address.
pub(super) const ACTIONS_SITES: [(&str, &str); 2] = [
    ("MarketoSalesInsight1", "https://ims-na1.adobelogin.com"),
    ("MarketoSalesInsight2", "https://mkto-sales-connect.adobe.io"),
];

/// The remote site of a Marketo instance, by name and address. That of the SOAP API is not needed since that has ended.
pub(super) fn marketo_site(munchkin: &str) -> (&'static str, String) {
    ("MarketoRestAPI", format!("https://{munchkin}.mktorest.com"))
}

/// Fields of a lead that are mapped to those of the same name of a contact.
pub(super) const MAPPED_FIELDS: [&str; 7] = [
    "Engagement",
    "Relative Score Value",
    "Urgency Value",
    "Last Interesting Moment Date",
    "Last Interesting Moment Desc",
    "Last Interesting Moment Source",
    "Last Interesting Moment Type",
];

/// Custom fields of activities, by label and name.
pub(super) const ACTIVITY_FIELDS: [(&str, &str); 15] = [
    ("Call Outcome", "mktosales_call_outcome"),
    ("Call Reason", "mktosales_call_reason"),
    ("Marketo Sales Phone Local Presence ID", "MSE_Call_Local_Presence_ID"),
    ("Marketo Sales Call Recording URL", "MSE_Call_Recording"),
    ("Marketo Sales Campaign", "MSE_Campaign"),
    ("Marketo Sales Campaign Current Step", "MSE_Current_Campaign_Step"),
    ("Marketo Sales Campaign URL", "MSE_Campaign_Details_Link"),
    ("Marketo Sales Email Attachment Viewed", "MSE_Presentation_Viewed"),
    ("Marketo Sales Email Clicked", "MSE_Clicked"),
    ("Marketo Sales Email Replied", "MSE_Replied"),
    ("Marketo Sales Email Status", "MSE_Email_Status"),
    ("Marketo Sales Email Template", "MSE_Template"),
    ("Marketo Sales Email Template URL", "MSE_Template_Details"),
    ("Marketo Sales Email URL", "MSE_Details"),
    ("Marketo Sales Email Viewed", "MSE_Viewed"),
];

/// Buttons of list views.
pub(super) const BUTTONS: [&str; 2] = ["Send Sales Email", "Add to Sales Campaign"];
