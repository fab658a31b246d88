/// A custom field of activities that Actions writes.
#[derive(Clone, Copy, Debug)]
pub(in crate::salesforce) struct ActivityField {
    /// The name without `__c`.
    pub(in crate::salesforce) name: &'static str,
    pub(in crate::salesforce) label: &'static str,
    pub(in crate::salesforce) kind: FieldType,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::salesforce) enum FieldType {
    /// With the maximum number of characters.
    Text(u32),
    Url,
    Checkbox,
}

/// All fifteen fields.
pub(in crate::salesforce) const ACTIVITY_FIELDS: [ActivityField; 15] = [
    field("mktosales_call_outcome", "Call Outcome", FieldType::Text(50)),
    field("mktosales_call_reason", "Call Reason", FieldType::Text(50)),
    field("MSE_Call_Local_Presence_ID", "Marketo Sales Phone Local Presence ID", FieldType::Text(255)),
    field("MSE_Call_Recording", "Marketo Sales Call Recording URL", FieldType::Url),
    field("MSE_Campaign", "Marketo Sales Campaign", FieldType::Text(255)),
    field("MSE_Current_Campaign_Step", "Marketo Sales Campaign Current Step", FieldType::Text(255)),
    field("MSE_Campaign_Details_Link", "Marketo Sales Campaign URL", FieldType::Url),
    field("MSE_Presentation_Viewed", "Marketo Sales Email Attachment Viewed", FieldType::Checkbox),
    field("MSE_Clicked", "Marketo Sales Email Clicked", FieldType::Checkbox),
    field("MSE_Replied", "Marketo Sales Email Replied", FieldType::Checkbox),
    field("MSE_Email_Status", "Marketo Sales Email Status", FieldType::Text(255)),
    field("MSE_Template", "Marketo Sales Email Template", FieldType::Text(255)),
    field("MSE_Template_Details", "Marketo Sales Email Template URL", FieldType::Url),
    field("MSE_Details", "Marketo Sales Email URL", FieldType::Url),
    field("MSE_Viewed", "Marketo Sales Email Viewed", FieldType::Checkbox),
];

const fn field(name: &'static str, label: &'static str, kind: FieldType) -> ActivityField {
    ActivityField { name, label, kind }
}
