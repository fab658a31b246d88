//! Instructions for each step, so that the screen needs no manual beside it.

use api_types::SetupStepId;

use crate::marked;
use crate::t;
use crate::term;
use crate::ui::{Marked, Term};

/// The name of the package's permission set, which is the same in every language.
const PERMISSION_SET: &str = "Marketo App Access";

/// The instructions of a step, one action each: first the link to its screen.
pub(super) fn of(step: SetupStepId) -> Vec<Marked> {
    match step {
        SetupStepId::SetUpAccount => setting_up_the_account(),
        SetupStepId::ConnectSalesforce => connecting_salesforce(),
        SetupStepId::ConnectMarketo => connecting_marketo(),
        SetupStepId::StartSync => starting_the_sync(),
        SetupStepId::InviteUsers => inviting_users(),
        SetupStepId::InstallPackage => installing_the_package(),
        SetupStepId::ConfigureActions => configuring_actions(),
    }
}

fn setting_up_the_account() -> Vec<Marked> {
    vec![
        in_marketo(),
        marked!("setup_guide.account_1", send_invite = term!("actions_config.send_invite")),
        marked!("setup_guide.account_2"),
        marked!("setup_guide.account_3"),
    ]
}

fn connecting_salesforce() -> Vec<Marked> {
    vec![
        in_settings(term!("nav.salesforce")),
        marked!(
            "setup_guide.salesforce_1",
            connections = term!("salesforce.connections_and_customizations"),
            connect = term!("common.connect"),
            ok = term!("common.ok"),
        ),
        marked!("setup_guide.salesforce_2"),
        marked!("setup_guide.salesforce_3"),
    ]
}

fn connecting_marketo() -> Vec<Marked> {
    vec![
        in_settings(term!("nav.marketo")),
        marked!(
            "setup_guide.marketo_1",
            set_up = term!("marketo.set_up"),
            connect = term!("common.connect"),
            integration_information = term!("actions_config.integration_information"),
        ),
        marked!(
            "setup_guide.marketo_2",
            munchkin_id = term!("actions_config.munchkin_id"),
            client_id = term!("actions_config.client_id"),
            client_secret = term!("actions_config.client_secret"),
            actions_config = term!("nav.actions_config"),
        ),
        marked!("setup_guide.marketo_3"),
    ]
}

fn starting_the_sync() -> Vec<Marked> {
    vec![
        in_marketo(),
        marked!(
            "setup_guide.sync_1",
            field_sync = term!("actions_config.field_sync"),
            sync = term!("actions_config.sync"),
        ),
        marked!("setup_guide.sync_2", start_sync = term!("actions_config.start_sync")),
        marked!("setup_guide.sync_3"),
    ]
}

fn inviting_users() -> Vec<Marked> {
    vec![
        in_settings(term!("nav.user_management")),
        marked!(
            "setup_guide.invite_1",
            actions = term!("users.actions"),
            invite_users = term!("users.invite_users"),
        ),
        marked!("setup_guide.invite_2", invite = term!("users.invite")),
        marked!("setup_guide.invite_3"),
    ]
}

fn installing_the_package() -> Vec<Marked> {
    vec![
        in_salesforce_setup(),
        marked!(
            "setup_guide.package_1",
            checklist = term!("nav.salesforce_setup"),
            install_package = term!("checklist.install_package"),
            copy = term!("common.copy"),
            get_it_now = term!("sf.get_it_now"),
        ),
        marked!(
            "setup_guide.package_2",
            admins_only = term!("sf.admins_only"),
            install = term!("sf.install")
        ),
        marked!(
            "setup_guide.package_3",
            setup = term!("sf.setup"),
            installed_packages = term!("sf.installed_packages"),
            object_manager = term!("sf.object_manager"),
            deployed = term!("sf.deployed"),
        ),
        marked!(
            "setup_guide.package_4",
            checklist = term!("nav.salesforce_setup"),
            check_now = term!("connection.check_now"),
            done = term!("salesforce_setup.done"),
        ),
    ]
}

fn configuring_actions() -> Vec<Marked> {
    vec![
        in_salesforce_setup(),
        marked!(
            "setup_guide.configure_1",
            setup = term!("sf.setup"),
            remote_site_settings = term!("sf.remote_site_settings"),
            new_remote_site = term!("sf.new_remote_site"),
            checklist = term!("nav.salesforce_setup"),
            copy = term!("common.copy"),
            save = term!("common.save"),
        ),
        marked!(
            "setup_guide.configure_layouts",
            setup = term!("sf.setup"),
            object_manager = term!("sf.object_manager"),
            page_layouts = term!("checklist.page_layouts"),
            checklist = term!("nav.salesforce_setup"),
        ),
        marked!(
            "setup_guide.configure_2",
            config_tab = term!("sf.config_tab"),
            enable_msi_actions = term!("checklist.enable_msi_actions"),
            api_secret_key = term!("sf.api_secret_key"),
            save = term!("common.save"),
        ),
        marked!("setup_guide.configure_3", save = term!("common.save")),
        marked!(
            "setup_guide.configure_4",
            setup = term!("sf.setup"),
            permission_sets = term!("sf.permission_sets"),
            permission_set = PERMISSION_SET,
            manage_assignments = term!("sf.manage_assignments"),
            checklist = term!("nav.salesforce_setup"),
            check_now = term!("connection.check_now"),
        ),
    ]
}

/// The alternative way through step 5.
pub(super) fn of_inviting_via_csv() -> Vec<Marked> {
    vec![
        in_settings(term!("nav.user_management")),
        marked!(
            "setup_guide.csv_1",
            actions = term!("users.actions"),
            invite_users_via_csv = term!("users.invite_users_via_csv"),
        ),
        marked!("setup_guide.csv_2", next = term!("common.next")),
        marked!("setup_guide.csv_3", invite = t!("invite_csv.invite_people", count = 5)),
    ]
}

fn in_settings(screen: Term) -> Marked {
    marked!(
        "setup_guide.path_settings",
        settings = term!("nav.settings"),
        group = term!("nav.admin_settings"),
        screen = screen,
    )
}

fn in_salesforce_setup() -> Marked {
    marked!(
        "setup_guide.path_salesforce_setup",
        rail_group = term!("nav.set_up"),
        salesforce = term!("nav.salesforce"),
        checklist = term!("nav.salesforce_setup"),
        settings = term!("nav.settings"),
        group = term!("nav.admin_settings"),
        connections = term!("salesforce.connections_and_customizations"),
        connect = term!("common.connect"),
    )
}

fn in_marketo() -> Marked {
    marked!(
        "setup_guide.path_marketo",
        marketo = term!("nav.marketo"),
        admin = term!("nav.admin"),
        sales_insight = term!("nav.sales_insight"),
        actions_config = term!("nav.actions_config"),
    )
}
