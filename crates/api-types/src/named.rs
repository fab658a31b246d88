//! Enums of the contract whose variants are counted, and known by a name.

use strum::VariantArray;

use crate::embed::{ApiKeyKind, PanelFlow};
use crate::panel::PanelErrorCode;
use crate::{
    ActorKind, AuditAction, AuditField, AuditFormat, AuditIntegrity, ChecklistItemId, ConnectionFailure,
    DeliveryStatus, Fault, InvitationStatus, MemberAction, MemberChangeCode, MemberChangeState, MemberUndo,
    MemberVerdict, PersonField, Persona, PrerequisiteId, ProblemCode, Protection, RowVerdict, SetupStepId,
    SkipReason, UserStatus, WebhookDeliveryState, WebhookMemberChange, WebhookOutcome, WebhookService,
    WebhookState, WebhookTroubleKind, WebhookType,
};

macro_rules! named {
    ($($name:ident,)+) => {
        $(
            impl $name {
                /// All of them, in order.
                pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

                /// The stable name used on the wire and in storage.
                pub fn as_str(self) -> &'static str {
                    self.into()
                }
            }
        )+

        #[cfg(test)]
        #[test]
        fn names_are_what_serde_writes_and_reads() {
            $(
                for one in $name::ALL {
                    assert_eq!(serde_json::to_value(one).unwrap(), one.as_str());
                    assert_eq!(serde_json::from_value::<$name>(one.as_str().into()).unwrap(), one);
                }
            )+
        }
    };
}

named! {
    ActorKind,
    ApiKeyKind,
    AuditAction,
    AuditField,
    AuditFormat,
    AuditIntegrity,
    ChecklistItemId,
    ConnectionFailure,
    DeliveryStatus,
    Fault,
    InvitationStatus,
    MemberAction,
    MemberChangeCode,
    MemberChangeState,
    MemberUndo,
    MemberVerdict,
    PanelErrorCode,
    PanelFlow,
    PersonField,
    Persona,
    PrerequisiteId,
    ProblemCode,
    Protection,
    RowVerdict,
    SetupStepId,
    SkipReason,
    UserStatus,
    WebhookDeliveryState,
    WebhookMemberChange,
    WebhookOutcome,
    WebhookService,
    WebhookState,
    WebhookTroubleKind,
    WebhookType,
}
