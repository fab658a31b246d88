//! The texts of the mails, in every language of the product.

use api_types::Locale;
use time::OffsetDateTime;

use crate::platform::clock::Millis;

/// The texts of one language. `{account}`, `{inviter}` and `{email}` stand for names.
pub(crate) struct Texts {
    pub(crate) greeting: &'static str,
    /// Without a name.
    pub(crate) greeting_plain: &'static str,
    pub(crate) invitation_subject: &'static str,
    pub(crate) invitation_lead: &'static str,
    pub(crate) invitation_button: &'static str,
    /// Above the steps of a person who sets the account up.
    pub(crate) steps_lead: &'static str,
    pub(crate) steps: [&'static str; 4],
    /// The same for a person who sets it up in Salesforce.
    pub(crate) salesforce_steps_lead: &'static str,
    pub(crate) salesforce_steps: [&'static str; 4],
    /// To a member who has become the original user.
    pub(crate) next_steps_subject: &'static str,
    pub(crate) next_steps_lead: &'static str,
    pub(crate) next_steps_button: &'static str,
    pub(crate) message_from: &'static str,
    /// Above the address of the button.
    pub(crate) address: &'static str,
    pub(crate) ignore: &'static str,
    /// Why the mail came.
    pub(crate) why_invited: &'static str,
    pub(crate) why_reset: &'static str,
    pub(crate) why_next_steps: &'static str,
    /// Who sent it: the product `{product}` on the host `{host}`.
    pub(crate) sent_by: &'static str,
    pub(crate) reset_subject: &'static str,
    pub(crate) reset_lead: &'static str,
    pub(crate) reset_button: &'static str,
    /// To a user whose password strangers guess at.
    pub(crate) guessing_subject: &'static str,
    pub(crate) guessing_lead: &'static str,
    pub(crate) why_guessing: &'static str,
    /// To a user about whose access something has changed: `{date}`, and `{what}`, a key's or a browser's name.
    pub(crate) password_changed: Notice,
    pub(crate) key_made: Notice,
    /// Within days.
    pub(crate) key_ends: Notice,
    pub(crate) became_admin: Notice,
    pub(crate) is_no_admin: Notice,
    pub(crate) signed_in: Notice,
    pub(crate) deactivated: Notice,
    pub(crate) reactivated: Notice,
    /// To administrators, of what the operator does to the user with the address `{what}`.
    pub(crate) link_made: Notice,
    pub(crate) promoted: Notice,
    pub(crate) sessions_ended: Notice,
    pub(crate) passkey_added: Notice,
    pub(crate) passkey_removed: Notice,
    pub(crate) app_added: Notice,
    pub(crate) app_removed: Notice,
    pub(crate) recovery_codes_made: Notice,
    pub(crate) recovery_code_used: Notice,
    pub(crate) factors_reset: Notice,
    pub(crate) notice_button: &'static str,
    pub(crate) why_notice: &'static str,
    /// To a user without access.
    pub(crate) why_deactivated: &'static str,
    /// To administrators.
    pub(crate) why_operator: &'static str,
    /// To administrators: `{what}` is the name of what fails, `{since}` and `{until}` are dates.
    pub(crate) fails_subject: &'static str,
    pub(crate) works_subject: &'static str,
    pub(crate) works_lead: &'static str,
    pub(crate) salesforce_trouble: Trouble,
    pub(crate) marketo_trouble: Trouble,
    pub(crate) sync_trouble: Trouble,
    pub(crate) disk_trouble: Trouble,
    pub(crate) backup_trouble: Trouble,
    pub(crate) webhooks_trouble: Trouble,
    /// The name of the mail server: while it fails, no mail can say so.
    pub(crate) mail_server: &'static str,
    pub(crate) trouble_button: &'static str,
    pub(crate) why_admin: &'static str,
    /// To a user who proves who they are by a code.
    pub(crate) code_subject: &'static str,
    pub(crate) code_lead: &'static str,
    pub(crate) why_code: &'static str,
    pub(crate) code_not_asked: &'static str,
    pub(crate) test_subject: &'static str,
    valid_one_day: &'static str,
    /// `{n}` is at least two.
    valid_days: &'static str,
    pub(crate) valid_one_hour: &'static str,
    valid_until: &'static str,
    /// How the first day of a month is written in a date.
    first_day: &'static str,
    /// `{day}`, `{month}`, `{year}` and `{time}`.
    date: &'static str,
    months: [&'static str; 12],
}

/// Subject and lead of one kind of notice.
pub(crate) struct Notice {
    pub(crate) subject: &'static str,
    pub(crate) lead: &'static str,
}

/// The name of what fails, and what is said while it does.
pub(crate) struct Trouble {
    pub(crate) name: &'static str,
    pub(crate) lead: &'static str,
}

impl Trouble {
    pub(crate) fn words(&self) -> (&'static str, &'static str) {
        (self.name, self.lead)
    }
}

impl Texts {
    pub(crate) fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &EN,
            Locale::Es => &ES,
            Locale::Ko => &KO,
            Locale::Ja => &JA,
            Locale::De => &DE,
            Locale::Fr => &FR,
            Locale::PtBr => &PT_BR,
        }
    }

    /// How long a link works.
    pub(crate) fn valid(&self, days: u8) -> String {
        if days == 1 {
            self.valid_one_day.to_owned()
        } else {
            self.valid_days.replace("{n}", &days.to_string())
        }
    }

    /// Until when a link works. The recipient's time zone is not known, so the time names its own.
    pub(crate) fn until(&self, end: Millis) -> Option<String> {
        Some(self.valid_until.replace("{date}", &self.date(end)?))
    }

    /// An instant, with its time zone.
    pub(crate) fn date(&self, at: Millis) -> Option<String> {
        let at = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).ok()?;
        let month = self.months[usize::from(u8::from(at.month())) - 1];
        let day = if at.day() == 1 { self.first_day.to_owned() } else { at.day().to_string() };
        let date = self.date.replace("{day}", &day).replace("{month}", month);
        let date = date.replace("{year}", &at.year().to_string());
        let date = date.replace("{time}", &format!("{:02}:{:02} UTC", at.hour(), at.minute()));
        Some(date)
    }
}

const EN: Texts = Texts {
    greeting: "Hello {name},",
    greeting_plain: "Hello,",
    invitation_subject: "You are invited to {account}",
    invitation_lead: "{inviter} invites you to {account}. Open the link to activate your access.",
    invitation_button: "Activate your access",
    steps_lead: "You have been asked to set up {account} as Marketo Admin. To get access:",
    steps: [
        "Open the link below and activate your access.",
        "Sign in. The Setup guide shows what to do, step by step.",
        "Connect the account to Salesforce and to Marketo.",
        "Start the data sync, then invite the people who will use it.",
    ],
    salesforce_steps_lead: "You have been asked to set up {account} in Salesforce, as Salesforce Admin. It takes about an hour:",
    salesforce_steps: [
        "Open the link below and activate your access.",
        "Connect the account to Salesforce (about 5 minutes).",
        "On the screen “Salesforce setup”, install or upgrade the package (about 20 minutes).",
        "Work through the checklist there and tick each item when it is done (about 30 minutes).",
    ],
    next_steps_subject: "Set up {account}",
    next_steps_lead: "You are now the original user of {account} and set it up as Marketo Admin. Integration Information is filled in. Next steps:",
    next_steps_button: "Open the Setup guide",
    message_from: "Message from {inviter}:",
    address: "If the button does not work, open this address in a browser:",
    ignore: "If you did not expect this email, you can ignore it.",
    why_invited: "You received this email because {inviter} invited you to {account}.",
    why_reset: "You received this email because a new password was requested for {email}.",
    why_next_steps: "You received this email because you are now the original user of {account}.",
    sent_by: "Sent automatically by {product} ({host}).",
    reset_subject: "Set a new password for {account}",
    reset_lead: "Someone asked to reset the password for {email}. Open the link to choose a new one.",
    reset_button: "Choose a new password",
    guessing_subject: "Someone is guessing your password for {account}",
    guessing_lead: "In the last hour, many wrong passwords were entered for {email}. To protect you, your password now only works in browsers where you have signed in before. You are not locked out: in any other browser, sign in with Salesforce, or choose a new password first. If your password is easy to guess, or used elsewhere, choose a new one now.",
    why_guessing: "You received this email because of many failed attempts to sign in as {email}.",
    password_changed: Notice {
        subject: "Your password for {account} was changed",
        lead: "The password of {email} was changed on {date}. All other sessions were ended.",
    },
    key_made: Notice {
        subject: "An API key was made in your name in {account}",
        lead: "On {date}, the API key “{what}” was made by {email}. With it, programs act as you.",
    },
    key_ends: Notice {
        subject: "The API key “{what}” of {account} ends soon",
        lead: "The API key “{what}”, made by {email}, stops working within two weeks of {date}. If it is still needed, make another one under Security and put it in its place.",
    },
    became_admin: Notice {
        subject: "You are now an administrator of {account}",
        lead: "On {date}, {email} was given the role Admin.",
    },
    is_no_admin: Notice {
        subject: "You are no longer an administrator of {account}",
        lead: "On {date}, {email} was given the role User. API keys that you made no longer work.",
    },
    signed_in: Notice {
        subject: "New sign-in to {account}",
        lead: "On {date}, {email} signed in with {what}, a browser in which you had not signed in before.",
    },
    deactivated: Notice {
        subject: "Your access to {account} has ended",
        lead: "{email} was deactivated on {date}. You can no longer sign in, and your sessions have ended.",
    },
    reactivated: Notice {
        subject: "You have access to {account} again",
        lead: "{email} was reactivated on {date}. You can sign in as before.",
    },
    link_made: Notice {
        subject: "A sign-in link for {account} was made on the server",
        lead: "On {date} the operator made a link, on the command line of the server, that signs in once as {what}.",
    },
    promoted: Notice {
        subject: "An administrator of {account} was added on the server",
        lead: "On {date} the operator made {what} an administrator, on the command line of the server.",
    },
    sessions_ended: Notice {
        subject: "Sessions in {account} were ended on the server",
        lead: "On {date} the operator ended all sessions of {what}, on the command line of the server.",
    },
    passkey_added: Notice {
        subject: "A passkey was added for {account}",
        lead: "On {date}, the passkey “{what}” was added by {email}. It signs in without a password.",
    },
    passkey_removed: Notice {
        subject: "A passkey for {account} was removed",
        lead: "On {date}, the passkey “{what}” was removed by {email}. It no longer signs in.",
    },
    app_added: Notice {
        subject: "An authenticator app was added for {account}",
        lead: "On {date}, {email} added an authenticator app. Its codes are now asked for beside the password.",
    },
    app_removed: Notice {
        subject: "The authenticator app for {account} was removed",
        lead: "On {date}, {email} removed the authenticator app. Its codes are no longer accepted.",
    },
    recovery_codes_made: Notice {
        subject: "New recovery codes for {account}",
        lead: "On {date}, {email} made new recovery codes. Those from before no longer work.",
    },
    recovery_code_used: Notice {
        subject: "A recovery code for {account} was used",
        lead: "On {date}, one of the recovery codes of {email} was used. It does not work again.",
    },
    factors_reset: Notice {
        subject: "Your second factors for {account} were reset",
        lead: "On {date}, all passkeys, the authenticator app and the recovery codes of {email} were removed by somebody who administers the account. All sessions were ended.",
    },
    notice_button: "Open My Profile",
    why_notice: "You received this email because it concerns the access of {email}. If you know of this, there is nothing to do. If not, choose a new password, end all other sessions under My Profile, and tell an administrator.",
    why_deactivated: "You received this mail because it concerns the access of {email}. If you did not expect it, ask an administrator of {account}.",
    why_operator: "You received this mail because {email} is an administrator of {account}. If none of you has asked for this, ask whoever runs the server.",
    fails_subject: "Problem in {account}: {what}",
    works_subject: "Solved in {account}: {what}",
    works_lead: "It had been failing since {since}, and has worked again since {until}. There is nothing to do.",
    salesforce_trouble: Trouble {
        name: "connection to Salesforce",
        lead: "The connections of all administrators to Salesforce have been failing since {since}. Until one of them works, the sync brings no Salesforce data. Connect again under Salesforce; Diagnostics shows what Salesforce answered.",
    },
    marketo_trouble: Trouble {
        name: "connection to Marketo",
        lead: "The connection to Marketo has been failing since {since}. Until it works, nobody is synced. Check in Marketo whether the API user and the custom service are still there, and connect again under Marketo; Diagnostics shows what Marketo answered.",
    },
    sync_trouble: Trouble {
        name: "sync of people",
        lead: "The sync of people has been behind since {since}. Actions Config shows what it waits for.",
    },
    disk_trouble: Trouble {
        name: "disk of the server",
        lead: "The disk of the server has had too little room since {since}. Once it is full, nothing can be saved. Ask whoever runs the server to free space.",
    },
    backup_trouble: Trouble {
        name: "backup of the database",
        lead: "The server has not been able to make a backup since {since}. Ask whoever runs it: the log says why, and often the disk of the backups is full or missing.",
    },
    webhooks_trouble: Trouble {
        name: "delivery of webhooks",
        lead: "An endpoint of webhooks was turned off (noticed {since}): it is gone, or has not accepted a message for three days. Other systems may be missing events. Open Webhooks to see its answers, and turn it on again once it works; what failed can be sent again.",
    },
    mail_server: "mail server",
    trouble_button: "Open Diagnostics",
    why_admin: "You received this email because {email} is an administrator of {account}.",
    code_subject: "Your code for {account}",
    code_lead: "To confirm that it is you, enter this code where you were asked for it. Nobody from {account} will ever ask you for it.",
    why_code: "You received this email because a code was requested for {email} by someone who is signed in with that address.",
    code_not_asked: "If that was not you, end all your other sessions under My Profile, and tell an administrator.",
    test_subject: "[Test] {subject}",
    valid_one_day: "The link works once, for one day.",
    valid_days: "The link works once, for {n} days.",
    valid_one_hour: "The link works once, for one hour.",
    valid_until: "It is valid until {date}.",
    first_day: "1",
    date: "{day} {month} {year}, {time}",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

const ES: Texts = Texts {
    greeting: "Hola, {name}:",
    greeting_plain: "Hola:",
    invitation_subject: "Invitación a {account}",
    invitation_lead: "{inviter} le invita a {account}. Abra el enlace para activar su acceso.",
    invitation_button: "Activar su acceso",
    steps_lead: "Usted configurará {account} como administrador de Marketo. Para obtener acceso:",
    steps: [
        "Abra el enlace siguiente y active su acceso.",
        "Inicie sesión. La Guía de configuración muestra paso a paso lo que hay que hacer.",
        "Conecte la cuenta con Salesforce y con Marketo.",
        "Inicie la sincronización de datos y después invite a las personas que la usarán.",
    ],
    salesforce_steps_lead: "Usted configurará {account} en Salesforce como administrador de Salesforce. Llevará aproximadamente una hora:",
    salesforce_steps: [
        "Abra el enlace siguiente y active su acceso.",
        "Conecte la cuenta con Salesforce (unos 5 minutos).",
        "En la pantalla Instalación y configuración de Salesforce, instale o actualice el paquete (unos 20 minutos).",
        "Siga allí la lista de comprobación y marque cada elemento cuando termine (unos 30 minutos).",
    ],
    next_steps_subject: "Configurar {account}",
    next_steps_lead: "Ahora usted es el usuario original de {account} y lo configurará como administrador de Marketo. La información de integración ya está disponible. Lo que sigue:",
    next_steps_button: "Abrir la Guía de configuración",
    message_from: "Mensaje de {inviter}:",
    address: "Si el botón no funciona, abra esta dirección en un navegador:",
    ignore: "Si no esperaba este correo, puede ignorarlo.",
    why_invited: "Recibe este correo porque {inviter} le ha invitado a {account}.",
    why_reset: "Recibe este correo porque se ha pedido una contraseña nueva para {email}.",
    why_next_steps: "Recibe este correo porque ahora es el usuario original de {account}.",
    sent_by: "Enviado automáticamente por {product} ({host}).",
    reset_subject: "Nueva contraseña para {account}",
    reset_lead: "Alguien ha pedido una contraseña nueva para {email}. Abra el enlace para elegirla.",
    reset_button: "Elegir una contraseña nueva",
    guessing_subject: "Alguien intenta adivinar su contraseña de {account}",
    guessing_lead: "En la última hora se han escrito muchas contraseñas incorrectas para {email}. Para protegerle, su contraseña solo funciona ahora en los navegadores en los que ya ha iniciado sesión. Su acceso no está bloqueado: en cualquier otro navegador, inicie sesión con Salesforce o elija antes una contraseña nueva. Si su contraseña es fácil de adivinar, o la usa en otro sitio, elija ahora una nueva.",
    why_guessing: "Recibe este correo porque ha habido muchos intentos fallidos de iniciar sesión como {email}.",
    password_changed: Notice {
        subject: "Se ha cambiado su contraseña de {account}",
        lead: "La contraseña de {email} se cambió el {date}. Todas las demás sesiones se cerraron.",
    },
    key_made: Notice {
        subject: "Se ha creado una clave de API a su nombre en {account}",
        lead: "El {date}, {email} creó la clave de API «{what}». Con ella, los programas actúan en su nombre.",
    },
    key_ends: Notice {
        subject: "La clave de API «{what}» de {account} caduca pronto",
        lead: "La clave de API «{what}», creada por {email}, dejará de funcionar en las dos semanas siguientes al {date}. Si todavía se necesita, cree otra en Seguridad y sustitúyala.",
    },
    became_admin: Notice {
        subject: "Ahora es administrador de {account}",
        lead: "El {date}, {email} recibió la función Administrador.",
    },
    is_no_admin: Notice {
        subject: "Ya no es administrador de {account}",
        lead: "El {date}, {email} recibió la función Usuario. Las claves de API que había creado ya no funcionan.",
    },
    signed_in: Notice {
        subject: "Nuevo inicio de sesión en {account}",
        lead: "El {date}, {email} inició sesión con {what}, un navegador en el que no lo había hecho antes.",
    },
    deactivated: Notice {
        subject: "Su acceso a {account} ha terminado",
        lead: "{email} se desactivó el {date}. Ya no puede iniciar sesión y sus sesiones han terminado.",
    },
    reactivated: Notice {
        subject: "Vuelve a tener acceso a {account}",
        lead: "{email} se reactivó el {date}. Puede iniciar sesión como antes.",
    },
    link_made: Notice {
        subject: "Se creó en el servidor un enlace para entrar en {account}",
        lead: "El {date}, quien administra el servidor creó desde la línea de comandos un enlace que inicia sesión una vez como {what}.",
    },
    promoted: Notice {
        subject: "Se agregó en el servidor un administrador de {account}",
        lead: "El {date}, quien administra el servidor dio a {what} la función Administrador desde la línea de comandos.",
    },
    sessions_ended: Notice {
        subject: "Se finalizaron en el servidor sesiones de {account}",
        lead: "El {date}, quien administra el servidor finalizó todas las sesiones de {what} desde la línea de comandos.",
    },
    passkey_added: Notice {
        subject: "Se ha agregado una llave de acceso en {account}",
        lead: "El {date}, {email} agregó la llave de acceso «{what}». Con ella se inicia sesión sin contraseña.",
    },
    passkey_removed: Notice {
        subject: "Se ha quitado una llave de acceso de {account}",
        lead: "El {date}, {email} quitó la llave de acceso «{what}». Ya no sirve para iniciar sesión.",
    },
    app_added: Notice {
        subject: "Se ha agregado una app de autenticación en {account}",
        lead: "El {date}, {email} agregó una app de autenticación. A partir de ahora se piden sus códigos además de la contraseña.",
    },
    app_removed: Notice {
        subject: "Se ha quitado la app de autenticación de {account}",
        lead: "El {date}, {email} quitó la app de autenticación. Sus códigos ya no se aceptan.",
    },
    recovery_codes_made: Notice {
        subject: "Nuevos códigos de recuperación de {account}",
        lead: "El {date}, {email} creó nuevos códigos de recuperación. Los anteriores ya no funcionan.",
    },
    recovery_code_used: Notice {
        subject: "Se ha usado un código de recuperación de {account}",
        lead: "El {date} se usó uno de los códigos de recuperación de {email}. No se puede volver a usar.",
    },
    factors_reset: Notice {
        subject: "Se han restablecido sus segundos factores de {account}",
        lead: "El {date}, alguien que administra la cuenta quitó todas las llaves de acceso, la app de autenticación y los códigos de recuperación de {email}. Se cerraron todas las sesiones.",
    },
    notice_button: "Abrir Mi perfil",
    why_notice: "Recibe este correo porque se refiere al acceso de {email}. Si ya lo sabía, no tiene que hacer nada. Si no, elija una contraseña nueva, cierre todas las demás sesiones en Mi perfil y avise a un administrador.",
    why_deactivated: "Recibe este correo porque afecta al acceso de {email}. Si no lo esperaba, pregunte a un administrador de {account}.",
    why_operator: "Recibe este correo porque {email} es administrador de {account}. Si ninguno de ustedes lo ha pedido, pregunte a quien administra el servidor.",
    fails_subject: "Problema en {account}: {what}",
    works_subject: "Solucionado en {account}: {what}",
    works_lead: "Fallaba desde el {since} y vuelve a funcionar desde el {until}. No es necesario hacer nada.",
    salesforce_trouble: Trouble {
        name: "conexión con Salesforce",
        lead: "Las conexiones con Salesforce de todos los administradores fallan desde el {since}. Hasta que funcione alguna, la sincronización no obtiene datos de Salesforce. Vuelva a conectarse en Salesforce; Diagnóstico muestra la respuesta de Salesforce.",
    },
    marketo_trouble: Trouble {
        name: "conexión con Marketo",
        lead: "La conexión con Marketo falla desde el {since}. Hasta que funcione, no se sincroniza a nadie. Compruebe en Marketo que el usuario de API y el servicio personalizado sigan existiendo y vuelva a conectarse en Marketo; Diagnóstico muestra la respuesta de Marketo.",
    },
    sync_trouble: Trouble {
        name: "sincronización de personas",
        lead: "La sincronización de personas está retrasada desde el {since}. Configuración de acciones muestra a qué espera.",
    },
    disk_trouble: Trouble {
        name: "disco del servidor",
        lead: "Al disco del servidor le queda muy poco espacio desde el {since}. Cuando se llene, no se podrá guardar nada. Pida a quien administra el servidor que libere espacio.",
    },
    backup_trouble: Trouble {
        name: "copia de seguridad de la base de datos",
        lead: "El servidor no puede hacer copias de seguridad desde el {since}. Avise a quien lo administra: el registro indica el motivo; a menudo el disco de las copias está lleno o no está montado.",
    },
    webhooks_trouble: Trouble {
        name: "entrega de webhooks",
        lead: "Se ha desactivado un destino de webhooks (detectado el {since}): ya no existe o lleva tres días sin aceptar mensajes. Es posible que a otros sistemas les falten eventos. En Webhooks puede ver sus respuestas y volver a activarlo cuando funcione; lo que falló se puede enviar de nuevo.",
    },
    mail_server: "servidor de correo",
    trouble_button: "Abrir Diagnóstico",
    why_admin: "Ha recibido este correo porque {email} es administrador de {account}.",
    code_subject: "Su código para {account}",
    code_lead: "Para confirmar que es usted, escriba este código donde se le ha pedido. Nadie de {account} se lo pedirá nunca.",
    why_code: "Recibe este correo porque alguien que ha iniciado sesión como {email} ha pedido un código.",
    code_not_asked: "Si no ha sido usted, cierre todas sus demás sesiones en Mi perfil y avise a un administrador.",
    test_subject: "[Prueba] {subject}",
    valid_one_day: "El enlace funciona una sola vez, durante un día.",
    valid_days: "El enlace funciona una sola vez, durante {n} días.",
    valid_one_hour: "El enlace funciona una sola vez, durante una hora.",
    valid_until: "Es válido hasta el {date}.",
    first_day: "1",
    date: "{day} de {month} de {year}, {time}",
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
};

const KO: Texts = Texts {
    greeting: "{name} 님, 안녕하세요.",
    greeting_plain: "안녕하세요.",
    invitation_subject: "{account} 초대",
    invitation_lead: "{inviter} 님이 {account}에 초대했습니다. 링크를 열어 액세스를 활성화하십시오.",
    invitation_button: "액세스 활성화",
    steps_lead: "Marketo 관리자로서 {account} 설정을 맡게 됩니다. 액세스를 얻는 방법은 다음과 같습니다.",
    steps: [
        "아래 링크를 열어 액세스를 활성화합니다.",
        "로그인합니다. 설정 안내에 할 일이 단계별로 표시됩니다.",
        "계정을 Salesforce와 Marketo에 연결합니다.",
        "데이터 동기화를 시작한 다음 사용할 사람을 초대합니다.",
    ],
    salesforce_steps_lead: "Salesforce 관리자로서 Salesforce에서 {account} 설정을 맡게 됩니다. 약 1시간이 걸립니다.",
    salesforce_steps: [
        "아래 링크를 열어 액세스를 활성화합니다.",
        "계정을 Salesforce에 연결합니다(약 5분).",
        "‘Salesforce 설치 및 구성’ 화면에서 패키지를 설치하거나 업그레이드합니다(약 20분).",
        "같은 화면의 점검 목록을 차례로 진행하고 마친 항목을 표시합니다(약 30분).",
    ],
    next_steps_subject: "{account} 설정",
    next_steps_lead: "이제 {account}의 원래 사용자이며 Marketo 관리자로서 설정을 맡게 됩니다. 통합 정보는 이미 채워져 있습니다. 다음 단계는 다음과 같습니다.",
    next_steps_button: "설정 안내 열기",
    message_from: "{inviter} 님의 메시지:",
    address: "버튼이 작동하지 않으면 브라우저에서 다음 주소를 여십시오.",
    ignore: "예상하지 못한 메일이라면 무시해도 됩니다.",
    why_invited: "{inviter} 님이 {account}에 초대하여 이 메일을 보내 드립니다.",
    why_reset: "{email} 계정의 새 비밀번호가 요청되어 이 메일을 보내 드립니다.",
    why_next_steps: "{account}의 원래 사용자가 되어 이 메일을 보내 드립니다.",
    sent_by: "{product}({host})에서 자동으로 보낸 메일입니다.",
    reset_subject: "{account} 새 비밀번호 설정",
    reset_lead: "{email} 계정의 새 비밀번호가 요청되었습니다. 링크를 열어 새 비밀번호를 정하십시오.",
    reset_button: "새 비밀번호 정하기",
    guessing_subject: "{account} 비밀번호를 추측하려는 시도가 있습니다",
    guessing_lead: "지난 한 시간 동안 {email} 계정에 잘못된 비밀번호가 여러 번 입력되었습니다. 계정을 보호하기 위해 지금은 이전에 로그인한 적이 있는 브라우저에서만 비밀번호를 사용할 수 있습니다. 계정이 잠긴 것은 아닙니다. 다른 브라우저에서는 Salesforce로 로그인하거나 먼저 새 비밀번호를 정하십시오. 비밀번호가 추측하기 쉽거나 다른 곳에서도 사용 중이면 지금 새 비밀번호를 정하십시오.",
    why_guessing: "{email} 계정에 로그인하려는 시도가 여러 번 실패하여 이 메일을 보내 드립니다.",
    password_changed: Notice {
        subject: "{account} 비밀번호가 변경되었습니다",
        lead: "{date}에 {email} 계정의 비밀번호가 변경되었습니다. 다른 세션은 모두 종료되었습니다.",
    },
    key_made: Notice {
        subject: "{account}에서 회원님 이름으로 API 키가 만들어졌습니다",
        lead: "{date}에 {email} 계정이 API 키 “{what}”을(를) 만들었습니다. 이 키를 사용하는 프로그램은 회원님으로 작동합니다.",
    },
    key_ends: Notice {
        subject: "{account}의 API 키 “{what}”이(가) 곧 만료됩니다",
        lead: "{email} 계정이 만든 API 키 “{what}”은(는) {date}부터 2주 안에 작동을 멈춥니다. 계속 필요하면 보안에서 새 키를 만들어 교체하십시오.",
    },
    became_admin: Notice {
        subject: "{account} 관리자가 되었습니다",
        lead: "{date}에 {email} 계정에 관리자 역할이 부여되었습니다.",
    },
    is_no_admin: Notice {
        subject: "더 이상 {account} 관리자가 아닙니다",
        lead: "{date}에 {email} 계정의 역할이 사용자로 변경되었습니다. 직접 만든 API 키는 더 이상 작동하지 않습니다.",
    },
    signed_in: Notice {
        subject: "{account}에 새로 로그인했습니다",
        lead: "{date}에 {email} 계정이 전에 로그인한 적이 없는 브라우저({what})로 로그인했습니다.",
    },
    deactivated: Notice {
        subject: "{account} 액세스가 종료되었습니다",
        lead: "{date}에 {email} 계정이 비활성화되었습니다. 더 이상 로그인할 수 없으며 세션이 모두 종료되었습니다.",
    },
    reactivated: Notice {
        subject: "{account}에 다시 액세스할 수 있습니다",
        lead: "{date}에 {email} 계정이 다시 활성화되었습니다. 이전처럼 로그인할 수 있습니다.",
    },
    link_made: Notice {
        subject: "서버에서 {account} 로그인 링크가 생성되었습니다",
        lead: "{date}에 서버 운영자가 서버의 명령줄에서 {what}(으)로 한 번 로그인하는 링크를 만들었습니다.",
    },
    promoted: Notice {
        subject: "서버에서 {account} 관리자가 추가되었습니다",
        lead: "{date}에 서버 운영자가 서버의 명령줄에서 {what}에게 관리자 역할을 부여했습니다.",
    },
    sessions_ended: Notice {
        subject: "서버에서 {account} 세션이 종료되었습니다",
        lead: "{date}에 서버 운영자가 서버의 명령줄에서 {what}의 모든 세션을 종료했습니다.",
    },
    passkey_added: Notice {
        subject: "{account}에 패스키가 추가되었습니다",
        lead: "{date}에 {email} 계정에 패스키 ‘{what}’이(가) 추가되었습니다. 이 패스키로 비밀번호 없이 로그인할 수 있습니다.",
    },
    passkey_removed: Notice {
        subject: "{account}의 패스키가 제거되었습니다",
        lead: "{date}에 {email} 계정에서 패스키 ‘{what}’이(가) 제거되었습니다. 더 이상 이 패스키로 로그인할 수 없습니다.",
    },
    app_added: Notice {
        subject: "{account}에 인증 앱이 추가되었습니다",
        lead: "{date}에 {email} 계정에 인증 앱이 추가되었습니다. 이제 비밀번호와 함께 앱의 코드를 입력해야 합니다.",
    },
    app_removed: Notice {
        subject: "{account}의 인증 앱이 제거되었습니다",
        lead: "{date}에 {email} 계정에서 인증 앱이 제거되었습니다. 앱의 코드는 더 이상 사용할 수 없습니다.",
    },
    recovery_codes_made: Notice {
        subject: "{account}의 새 복구 코드",
        lead: "{date}에 {email} 계정의 새 복구 코드가 생성되었습니다. 이전 코드는 더 이상 사용할 수 없습니다.",
    },
    recovery_code_used: Notice {
        subject: "{account}의 복구 코드가 사용되었습니다",
        lead: "{date}에 {email} 계정의 복구 코드 하나가 사용되었습니다. 이 코드는 다시 사용할 수 없습니다.",
    },
    factors_reset: Notice {
        subject: "{account}의 2차 인증 수단이 초기화되었습니다",
        lead: "{date}에 계정을 관리하는 사람이 {email} 계정의 모든 패스키, 인증 앱, 복구 코드를 제거했습니다. 모든 세션이 종료되었습니다.",
    },
    notice_button: "내 프로필 열기",
    why_notice: "{email} 계정의 액세스와 관련되어 이 메일을 보내 드립니다. 알고 있는 일이라면 조치할 것이 없습니다. 그렇지 않다면 새 비밀번호를 정하고, 내 프로필에서 다른 세션을 모두 종료한 다음 관리자에게 알리십시오.",
    why_deactivated: "{email}의 액세스와 관련된 내용이므로 이 메일을 보내 드립니다. 예상하지 못한 내용이라면 {account} 관리자에게 문의하십시오.",
    why_operator: "{email}은(는) {account}의 관리자이므로 이 메일을 보내 드립니다. 관리자 중 누구도 이 작업을 요청하지 않았다면 서버 운영자에게 문의하십시오.",
    fails_subject: "{account} 문제: {what}",
    works_subject: "{account} 해결됨: {what}",
    works_lead: "{since}부터 작동하지 않다가 {until}부터 다시 작동합니다. 별도로 하실 일은 없습니다.",
    salesforce_trouble: Trouble {
        name: "Salesforce 연결",
        lead: "{since}부터 모든 관리자의 Salesforce 연결이 작동하지 않습니다. 하나라도 작동할 때까지 동기화에서 Salesforce 데이터를 가져오지 못합니다. Salesforce에서 다시 연결하십시오. Salesforce의 응답은 진단에서 확인할 수 있습니다.",
    },
    marketo_trouble: Trouble {
        name: "Marketo 연결",
        lead: "{since}부터 Marketo 연결이 작동하지 않습니다. 작동할 때까지 아무도 동기화되지 않습니다. Marketo에서 API 사용자와 사용자 지정 서비스가 아직 있는지 확인하고 Marketo에서 다시 연결하십시오. Marketo의 응답은 진단에서 확인할 수 있습니다.",
    },
    sync_trouble: Trouble {
        name: "사람 동기화",
        lead: "{since}부터 사람 동기화가 지연되고 있습니다. 무엇을 기다리는지는 작업 구성에서 확인할 수 있습니다.",
    },
    disk_trouble: Trouble {
        name: "서버 디스크",
        lead: "{since}부터 서버 디스크의 여유 공간이 부족합니다. 디스크가 가득 차면 아무것도 저장할 수 없습니다. 서버 운영자에게 공간을 확보해 달라고 요청하십시오.",
    },
    backup_trouble: Trouble {
        name: "데이터베이스 백업",
        lead: "{since}부터 서버가 백업을 만들지 못하고 있습니다. 서버 운영자에게 알리십시오. 로그에 이유가 있으며, 백업 디스크가 가득 찼거나 연결되지 않은 경우가 많습니다.",
    },
    webhooks_trouble: Trouble {
        name: "웹훅 전달",
        lead: "웹훅 엔드포인트가 꺼졌습니다({since} 확인). 엔드포인트가 없어졌거나 사흘 동안 메시지를 받지 않았습니다. 다른 시스템에 이벤트가 누락되었을 수 있습니다. 웹훅 화면에서 응답을 확인하고, 다시 작동하면 켜십시오. 실패한 메시지는 다시 보낼 수 있습니다.",
    },
    mail_server: "메일 서버",
    trouble_button: "진단 열기",
    why_admin: "{email} 계정이 {account} 관리자이므로 이 메일을 받으셨습니다.",
    code_subject: "{account} 확인 코드",
    code_lead: "본인임을 확인하려면 코드를 요청한 화면에 다음 코드를 입력하십시오. {account}에서 이 코드를 묻는 일은 없습니다.",
    why_code: "{email} 계정으로 로그인한 사람이 코드를 요청하여 이 메일을 보내 드립니다.",
    code_not_asked: "본인이 요청하지 않았다면 내 프로필에서 다른 세션을 모두 종료하고 관리자에게 알리십시오.",
    test_subject: "[테스트] {subject}",
    valid_one_day: "링크는 하루 동안 한 번만 사용할 수 있습니다.",
    valid_days: "링크는 {n}일 동안 한 번만 사용할 수 있습니다.",
    valid_one_hour: "링크는 한 시간 동안 한 번만 사용할 수 있습니다.",
    valid_until: "{date}까지 유효합니다.",
    first_day: "1",
    date: "{year}년 {month}월 {day}일 {time}",
    months: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
};

const JA: Texts = Texts {
    greeting: "{name} 様",
    greeting_plain: "こんにちは。",
    invitation_subject: "{account} への招待",
    invitation_lead: "{inviter} さんから {account} への招待が届いています。リンクを開いて、アクセスを有効化してください。",
    invitation_button: "アクセスを有効化",
    steps_lead: "Marketo 管理者として {account} を設定していただきます。アクセスの取得手順は次のとおりです。",
    steps: [
        "下のリンクを開いて、アクセスを有効化します。",
        "ログインします。セットアップガイドに、必要な作業が順に表示されます。",
        "アカウントを Salesforce と Marketo に接続します。",
        "データ同期を開始し、使用する人を招待します。",
    ],
    salesforce_steps_lead: "Salesforce 管理者として、Salesforce での {account} のセットアップをお願いします。所要時間は約 1 時間です。",
    salesforce_steps: [
        "下のリンクを開いて、アクセスを有効化します。",
        "アカウントを Salesforce に接続します (約 5 分)。",
        "「Salesforce セットアップ」画面で、パッケージをインストールまたはアップグレードします (約 20 分)。",
        "同じ画面のチェックリストを順に進め、完了した項目にチェックを入れます (約 30 分)。",
    ],
    next_steps_subject: "{account} のセットアップ",
    next_steps_lead: "{account} の元のユーザーになりました。Marketo 管理者としてセットアップを進めていただきます。統合情報は入力済みです。次に行うことは以下のとおりです。",
    next_steps_button: "セットアップガイドを開く",
    message_from: "{inviter} さんからのメッセージ：",
    address: "ボタンが機能しない場合は、次のアドレスをブラウザーで開いてください。",
    ignore: "このメールに心当たりがない場合は、無視してください。",
    why_invited: "このメールは、{inviter} さんが {account} に招待したためお送りしています。",
    why_reset: "このメールは、{email} の新しいパスワードの設定が依頼されたためお送りしています。",
    why_next_steps: "このメールは、{account} の元のユーザーになったためお送りしています。",
    sent_by: "{product}（{host}）から自動送信されています。",
    reset_subject: "{account} の新しいパスワードの設定",
    reset_lead: "{email} の新しいパスワードの設定が依頼されました。リンクを開いて、新しいパスワードを決めてください。",
    reset_button: "新しいパスワードを設定",
    guessing_subject: "{account} のパスワードを推測しようとする試みがあります",
    guessing_lead: "この 1 時間に、{email} に対して誤ったパスワードが何度も入力されました。アカウントを保護するため、現在パスワードは、以前にログインしたことのあるブラウザーでのみ使用できます。アカウントはロックされていません。ほかのブラウザーでは、Salesforce でログインするか、先に新しいパスワードを設定してください。推測されやすいパスワードや、ほかでも使用しているパスワードの場合は、今すぐ新しいパスワードを設定してください。",
    why_guessing: "このメールは、{email} へのログインの試みが何度も失敗したためお送りしています。",
    password_changed: Notice {
        subject: "{account} のパスワードが変更されました",
        lead: "{date} に {email} のパスワードが変更されました。ほかのセッションはすべて終了しました。",
    },
    key_made: Notice {
        subject: "{account} であなたの名前の API キーが作成されました",
        lead: "{date} に {email} が API キー「{what}」を作成しました。このキーを使うプログラムは、あなたとして動作します。",
    },
    key_ends: Notice {
        subject: "{account} の API キー「{what}」はまもなく終了します",
        lead: "{email} が作成した API キー「{what}」は、{date} から 2 週間以内に使用できなくなります。引き続き必要な場合は、セキュリティで新しいキーを作成して置き換えてください。",
    },
    became_admin: Notice {
        subject: "{account} の管理者になりました",
        lead: "{date} に {email} に管理者ロールが付与されました。",
    },
    is_no_admin: Notice {
        subject: "{account} の管理者ではなくなりました",
        lead: "{date} に {email} のロールがユーザーに変更されました。作成した API キーは使用できなくなりました。",
    },
    signed_in: Notice {
        subject: "{account} への新しいログイン",
        lead: "{date} に {email} が、これまでにログインしたことのないブラウザー（{what}）でログインしました。",
    },
    deactivated: Notice {
        subject: "{account} へのアクセスが終了しました",
        lead: "{date} に {email} が無効になりました。今後はログインできません。セッションはすべて終了しました。",
    },
    reactivated: Notice {
        subject: "{account} に再びアクセスできるようになりました",
        lead: "{date} に {email} が再有効化されました。以前と同じようにログインできます。",
    },
    link_made: Notice {
        subject: "サーバーで {account} へのログインリンクが作成されました",
        lead: "{date} に、サーバーの運用担当者がサーバーのコマンドラインで、{what} として 1 回ログインできるリンクを作成しました。",
    },
    promoted: Notice {
        subject: "サーバーで {account} の管理者が追加されました",
        lead: "{date} に、サーバーの運用担当者がサーバーのコマンドラインで、{what} に管理者ロールを付与しました。",
    },
    sessions_ended: Notice {
        subject: "サーバーで {account} のセッションが終了されました",
        lead: "{date} に、サーバーの運用担当者がサーバーのコマンドラインで、{what} のセッションをすべて終了しました。",
    },
    passkey_added: Notice {
        subject: "{account} にパスキーが追加されました",
        lead: "{date} に {email} にパスキー「{what}」が追加されました。このパスキーがあればパスワードなしでログインできます。",
    },
    passkey_removed: Notice {
        subject: "{account} のパスキーが削除されました",
        lead: "{date} に {email} のパスキー「{what}」が削除されました。このパスキーではログインできなくなりました。",
    },
    app_added: Notice {
        subject: "{account} に認証アプリが追加されました",
        lead: "{date} に {email} に認証アプリが追加されました。今後はパスワードに加えてアプリのコードが必要です。",
    },
    app_removed: Notice {
        subject: "{account} の認証アプリが削除されました",
        lead: "{date} に {email} の認証アプリが削除されました。アプリのコードは使えなくなりました。",
    },
    recovery_codes_made: Notice {
        subject: "{account} の新しいリカバリーコード",
        lead: "{date} に {email} の新しいリカバリーコードが作成されました。以前のコードは使えなくなりました。",
    },
    recovery_code_used: Notice {
        subject: "{account} のリカバリーコードが使われました",
        lead: "{date} に {email} のリカバリーコードの 1 つが使われました。このコードは再び使うことはできません。",
    },
    factors_reset: Notice {
        subject: "{account} の第 2 要素がリセットされました",
        lead: "{date} に、アカウントの管理者が {email} のパスキー、認証アプリ、リカバリーコードをすべて削除しました。すべてのセッションは終了しました。",
    },
    notice_button: "マイプロフィールを開く",
    why_notice: "このメールは、{email} のアクセスに関わるためお送りしています。心当たりがある場合は、何もする必要はありません。心当たりがない場合は、新しいパスワードを設定し、マイプロフィールでほかのセッションをすべて終了して、管理者にお知らせください。",
    why_deactivated: "このメールは、{email} のアクセスに関わるためお送りしています。心当たりがない場合は、{account} の管理者にお問い合わせください。",
    why_operator: "このメールは、{email} が {account} の管理者であるためお送りしています。管理者のどなたも依頼していない場合は、サーバーの運用担当者にお問い合わせください。",
    fails_subject: "{account} の問題: {what}",
    works_subject: "{account} の問題が解決しました: {what}",
    works_lead: "{since} から正常に動作していませんでしたが、{until} から再び動作しています。対応は不要です。",
    salesforce_trouble: Trouble {
        name: "Salesforce への接続",
        lead: "{since} から、すべての管理者の Salesforce への接続に失敗しています。いずれかの接続が回復するまで、同期では Salesforce のデータを取得できません。「Salesforce」で接続し直してください。Salesforce の応答は「診断」で確認できます。",
    },
    marketo_trouble: Trouble {
        name: "Marketo への接続",
        lead: "{since} から、Marketo への接続に失敗しています。回復するまで誰も同期されません。Marketo で API ユーザーとカスタムサービスがまだ存在することを確認し、「Marketo」で接続し直してください。Marketo の応答は「診断」で確認できます。",
    },
    sync_trouble: Trouble {
        name: "人物の同期",
        lead: "{since} から、人物の同期が遅れています。何を待っているかは「アクション設定」で確認できます。",
    },
    disk_trouble: Trouble {
        name: "サーバーのディスク",
        lead: "{since} から、サーバーのディスクの空き容量が不足しています。いっぱいになると何も保存できなくなります。空き容量を増やすよう、サーバーの運用担当者に依頼してください。",
    },
    backup_trouble: Trouble {
        name: "データベースのバックアップ",
        lead: "{since} から、サーバーはバックアップを作成できていません。サーバーの運用担当者に連絡してください。理由はログに記録されています。多くの場合、バックアップ用のディスクがいっぱいか、接続されていません。",
    },
    webhooks_trouble: Trouble {
        name: "Webhook の配信",
        lead: "Webhook のエンドポイントが無効になりました（{since} に検出）。エンドポイントがなくなったか、3 日間メッセージを受け付けていません。他のシステムにイベントが届いていない可能性があります。「Webhook」で応答を確認し、復旧したら再度有効にしてください。失敗したメッセージは再送できます。",
    },
    mail_server: "メールサーバー",
    trouble_button: "診断を開く",
    why_admin: "このメールは、{email} が {account} の管理者であるため送信されました。",
    code_subject: "{account} の確認コード",
    code_lead: "ご本人であることを確認するため、次のコードを求められた画面に入力してください。{account} の担当者がこのコードをお尋ねすることはありません。",
    why_code: "このメールは、{email} でログインしている方がコードを依頼したためお送りしています。",
    code_not_asked: "お心当たりがない場合は、マイプロフィールでほかのセッションをすべて終了し、管理者にお知らせください。",
    test_subject: "[テスト] {subject}",
    valid_one_day: "このリンクは 1 日間有効で、1 回だけ使用できます。",
    valid_days: "このリンクは {n} 日間有効で、1 回だけ使用できます。",
    valid_one_hour: "このリンクは 1 時間有効で、1 回だけ使用できます。",
    valid_until: "有効期限は {date} です。",
    first_day: "1",
    date: "{year} 年 {month} 月 {day} 日 {time}",
    months: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
};

const DE: Texts = Texts {
    greeting: "Guten Tag {name},",
    greeting_plain: "Guten Tag,",
    invitation_subject: "Einladung zu {account}",
    invitation_lead: "{inviter} lädt Sie zu {account} ein. Öffnen Sie den Link, um Ihren Zugang zu aktivieren.",
    invitation_button: "Zugang aktivieren",
    steps_lead: "Sie richten {account} als Marketo-Administrator ein. So erhalten Sie Zugang:",
    steps: [
        "Öffnen Sie den Link unten und aktivieren Sie Ihren Zugang.",
        "Melden Sie sich an. Die Einrichtungsanleitung zeigt Schritt für Schritt, was zu tun ist.",
        "Verbinden Sie das Konto mit Salesforce und mit Marketo.",
        "Starten Sie die Datensynchronisation und laden Sie dann die Personen ein, die damit arbeiten.",
    ],
    salesforce_steps_lead: "Sie richten {account} als Salesforce-Administrator in Salesforce ein. Das dauert etwa eine Stunde:",
    salesforce_steps: [
        "Öffnen Sie den Link unten und aktivieren Sie Ihren Zugang.",
        "Verbinden Sie das Konto mit Salesforce (etwa 5 Minuten).",
        "Installieren oder aktualisieren Sie auf der Seite „Einrichtung in Salesforce“ das Paket (etwa 20 Minuten).",
        "Arbeiten Sie dort die Checkliste ab und haken Sie jeden Punkt ab, sobald er erledigt ist (etwa 30 Minuten).",
    ],
    next_steps_subject: "{account} einrichten",
    next_steps_lead: "Sie sind jetzt der ursprüngliche Benutzer von {account} und richten es als Marketo-Administrator ein. Die Integrationsinformationen sind ausgefüllt. So geht es weiter:",
    next_steps_button: "Einrichtungsanleitung öffnen",
    message_from: "Nachricht von {inviter}:",
    address: "Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse in einem Browser:",
    ignore: "Wenn Sie diese E-Mail nicht erwartet haben, können Sie sie ignorieren.",
    why_invited: "Sie erhalten diese E-Mail, weil {inviter} Sie zu {account} eingeladen hat.",
    why_reset: "Sie erhalten diese E-Mail, weil für {email} ein neues Passwort angefordert wurde.",
    why_next_steps: "Sie erhalten diese E-Mail, weil Sie jetzt der ursprüngliche Benutzer von {account} sind.",
    sent_by: "Automatisch gesendet von {product} ({host}).",
    reset_subject: "Neues Passwort für {account}",
    reset_lead: "Für {email} wurde ein neues Passwort angefordert. Öffnen Sie den Link, um eines zu wählen.",
    reset_button: "Neues Passwort wählen",
    guessing_subject: "Jemand versucht, Ihr Passwort für {account} zu erraten",
    guessing_lead: "In der letzten Stunde wurden für {email} viele falsche Passwörter eingegeben. Zu Ihrem Schutz gilt Ihr Passwort jetzt nur in Browsern, in denen Sie sich schon einmal angemeldet haben. Sie sind nicht ausgesperrt: In jedem anderen Browser melden Sie sich mit Salesforce an, oder Sie wählen zuerst ein neues Passwort. Wenn Ihr Passwort leicht zu erraten ist oder Sie es auch anderswo verwenden, wählen Sie jetzt ein neues.",
    why_guessing: "Sie erhalten diese E-Mail, weil viele Versuche, sich als {email} anzumelden, fehlgeschlagen sind.",
    password_changed: Notice {
        subject: "Ihr Passwort für {account} wurde geändert",
        lead: "Das Passwort von {email} wurde geändert: {date}. Alle anderen Sitzungen wurden beendet.",
    },
    key_made: Notice {
        subject: "In {account} wurde in Ihrem Namen ein API-Schlüssel erstellt",
        lead: "{email} hat den API-Schlüssel „{what}“ erstellt: {date}. Damit handeln Programme in Ihrem Namen.",
    },
    key_ends: Notice {
        subject: "Der API-Schlüssel „{what}“ von {account} läuft bald ab",
        lead: "Der API-Schlüssel „{what}“, erstellt von {email}, gilt innerhalb von zwei Wochen nicht mehr (Stand: {date}). Wenn er noch gebraucht wird, erstellen Sie unter „Sicherheit“ einen neuen und ersetzen Sie ihn.",
    },
    became_admin: Notice {
        subject: "Sie sind jetzt Administrator von {account}",
        lead: "{email} hat die Rolle Administrator erhalten: {date}.",
    },
    is_no_admin: Notice {
        subject: "Sie sind kein Administrator von {account} mehr",
        lead: "{email} hat die Rolle Benutzer erhalten: {date}. API-Schlüssel, die Sie erstellt haben, gelten nicht mehr.",
    },
    signed_in: Notice {
        subject: "Neue Anmeldung bei {account}",
        lead: "{email} hat sich mit {what} angemeldet, einem Browser, in dem Sie sich zuvor nicht angemeldet hatten: {date}.",
    },
    deactivated: Notice {
        subject: "Ihr Zugang zu {account} wurde beendet",
        lead: "{email} wurde deaktiviert: {date}. Sie können sich nicht mehr anmelden, und Ihre Sitzungen wurden beendet.",
    },
    reactivated: Notice {
        subject: "Sie haben wieder Zugang zu {account}",
        lead: "{email} wurde reaktiviert: {date}. Sie können sich wieder wie zuvor anmelden.",
    },
    link_made: Notice {
        subject: "Auf dem Server wurde ein Anmeldelink für {account} erstellt",
        lead: "Auf der Befehlszeile des Servers hat der Betreiber einen Link erstellt, der einmal als {what} anmeldet: {date}.",
    },
    promoted: Notice {
        subject: "Auf dem Server wurde ein Administrator von {account} ernannt",
        lead: "Auf der Befehlszeile des Servers hat der Betreiber {what} die Rolle Administrator gegeben: {date}.",
    },
    sessions_ended: Notice {
        subject: "Auf dem Server wurden Sitzungen von {account} beendet",
        lead: "Auf der Befehlszeile des Servers hat der Betreiber alle Sitzungen von {what} beendet: {date}.",
    },
    passkey_added: Notice {
        subject: "Für {account} wurde ein Passkey hinzugefügt",
        lead: "{email} hat den Passkey „{what}“ hinzugefügt: {date}. Mit ihm meldet man sich ohne Passwort an.",
    },
    passkey_removed: Notice {
        subject: "Ein Passkey für {account} wurde entfernt",
        lead: "{email} hat den Passkey „{what}“ entfernt: {date}. Mit ihm kann man sich nicht mehr anmelden.",
    },
    app_added: Notice {
        subject: "Für {account} wurde eine Authentifizierungs-App hinzugefügt",
        lead: "{email} hat eine Authentifizierungs-App hinzugefügt: {date}. Neben dem Passwort wird jetzt ihr Code verlangt.",
    },
    app_removed: Notice {
        subject: "Die Authentifizierungs-App für {account} wurde entfernt",
        lead: "{email} hat die Authentifizierungs-App entfernt: {date}. Ihre Codes werden nicht mehr angenommen.",
    },
    recovery_codes_made: Notice {
        subject: "Neue Wiederherstellungscodes für {account}",
        lead: "{email} hat neue Wiederherstellungscodes erstellt: {date}. Die bisherigen gelten nicht mehr.",
    },
    recovery_code_used: Notice {
        subject: "Ein Wiederherstellungscode für {account} wurde verwendet",
        lead: "Einer der Wiederherstellungscodes von {email} wurde verwendet: {date}. Er gilt kein zweites Mal.",
    },
    factors_reset: Notice {
        subject: "Ihre zweiten Faktoren für {account} wurden zurückgesetzt",
        lead: "Jemand, der das Konto verwaltet, hat alle Passkeys, die Authentifizierungs-App und die Wiederherstellungscodes von {email} entfernt: {date}. Alle Sitzungen wurden beendet.",
    },
    notice_button: "Mein Profil öffnen",
    why_notice: "Sie erhalten diese E-Mail, weil sie den Zugang von {email} betrifft. Wenn Sie davon wissen, ist nichts zu tun. Wenn nicht, wählen Sie ein neues Passwort, beenden Sie unter „Mein Profil“ alle anderen Sitzungen und informieren Sie einen Administrator.",
    why_deactivated: "Sie erhalten diese E-Mail, weil sie den Zugang von {email} betrifft. Wenn Sie sie nicht erwartet haben, fragen Sie einen Administrator von {account}.",
    why_operator: "Sie erhalten diese E-Mail, weil {email} Administrator von {account} ist. Wenn niemand von Ihnen darum gebeten hat, fragen Sie den Betreiber des Servers.",
    fails_subject: "Störung in {account}: {what}",
    works_subject: "Behoben in {account}: {what}",
    works_lead: "Gestört seit {since}, wieder in Ordnung seit {until}. Es ist nichts zu tun.",
    salesforce_trouble: Trouble {
        name: "Verbindung zu Salesforce",
        lead: "Die Verbindungen aller Administratoren zu Salesforce sind gestört (seit {since}). Bis eine davon wieder funktioniert, bringt die Synchronisierung keine Daten aus Salesforce. Stellen Sie die Verbindung unter „Salesforce“ erneut her; unter „Diagnose“ steht, was Salesforce geantwortet hat.",
    },
    marketo_trouble: Trouble {
        name: "Verbindung zu Marketo",
        lead: "Die Verbindung zu Marketo ist gestört (seit {since}). Bis sie wieder funktioniert, wird niemand synchronisiert. Prüfen Sie in Marketo, ob es den API-Benutzer und den benutzerdefinierten Dienst noch gibt, und stellen Sie die Verbindung unter „Marketo“ erneut her; unter „Diagnose“ steht, was Marketo geantwortet hat.",
    },
    sync_trouble: Trouble {
        name: "Synchronisierung der Personen",
        lead: "Die Synchronisierung der Personen ist im Rückstand (seit {since}). Worauf sie wartet, steht unter „Aktionskonfiguration“.",
    },
    disk_trouble: Trouble {
        name: "Festplatte des Servers",
        lead: "Auf der Festplatte des Servers ist zu wenig Platz (seit {since}). Ist sie voll, kann nichts mehr gespeichert werden. Bitten Sie den Betreiber des Servers, Platz zu schaffen.",
    },
    backup_trouble: Trouble {
        name: "Sicherung der Datenbank",
        lead: "Der Server kann keine Sicherung mehr erstellen (seit {since}). Wenden Sie sich an den Betreiber: Der Grund steht im Protokoll; oft ist die Festplatte der Sicherungen voll oder fehlt.",
    },
    webhooks_trouble: Trouble {
        name: "Zustellung von Webhooks",
        lead: "Ein Webhook-Endpunkt wurde abgeschaltet (festgestellt am {since}): Es gibt ihn nicht mehr, oder er hat drei Tage lang keine Nachricht angenommen. Anderen Systemen fehlen möglicherweise Ereignisse. Unter „Webhooks“ sehen Sie seine Antworten und schalten ihn wieder ein, sobald er funktioniert; was fehlgeschlagen ist, kann erneut gesendet werden.",
    },
    mail_server: "E-Mail-Server",
    trouble_button: "Diagnose öffnen",
    why_admin: "Sie erhalten diese E-Mail, weil {email} Administrator von {account} ist.",
    code_subject: "Ihr Code für {account}",
    code_lead: "Bestätigen Sie, dass Sie es sind: Geben Sie diesen Code dort ein, wo er verlangt wird. Niemand von {account} wird Sie je danach fragen.",
    why_code: "Sie erhalten diese E-Mail, weil jemand, der als {email} angemeldet ist, einen Code angefordert hat.",
    code_not_asked: "Wenn Sie das nicht waren, beenden Sie unter „Mein Profil“ alle anderen Sitzungen und informieren Sie einen Administrator.",
    test_subject: "[Test] {subject}",
    valid_one_day: "Der Link funktioniert einmal und gilt einen Tag.",
    valid_days: "Der Link funktioniert einmal und gilt {n} Tage.",
    valid_one_hour: "Der Link funktioniert einmal und gilt eine Stunde.",
    valid_until: "Er gilt bis zum {date}.",
    first_day: "1",
    date: "{day}. {month} {year}, {time}",
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
};

const FR: Texts = Texts {
    greeting: "Bonjour {name},",
    greeting_plain: "Bonjour,",
    invitation_subject: "Invitation à rejoindre {account}",
    invitation_lead: "{inviter} vous invite à rejoindre {account}. Ouvrez le lien pour activer votre accès.",
    invitation_button: "Activer votre accès",
    steps_lead: "Vous allez configurer {account} en tant qu’administrateur Marketo. Pour obtenir l’accès\u{202f}:",
    steps: [
        "Ouvrez le lien ci-dessous et activez votre accès.",
        "Connectez-vous. Le Guide de configuration indique étape par étape ce qu’il faut faire.",
        "Connectez le compte à Salesforce et à Marketo.",
        "Démarrez la synchronisation des données, puis invitez les personnes qui l’utiliseront.",
    ],
    salesforce_steps_lead: "Vous allez configurer {account} dans Salesforce en tant qu’administrateur Salesforce. Comptez environ une heure\u{202f}:",
    salesforce_steps: [
        "Ouvrez le lien ci-dessous et activez votre accès.",
        "Connectez le compte à Salesforce (environ 5 minutes).",
        "Sur l’écran «\u{a0}Configuration dans Salesforce\u{a0}», installez ou mettez à niveau le package (environ 20 minutes).",
        "Suivez la liste de contrôle qui s’y trouve et cochez chaque élément terminé (environ 30 minutes).",
    ],
    next_steps_subject: "Configurer {account}",
    next_steps_lead: "Vous êtes désormais l’utilisateur d’origine de {account} et vous le configurez en tant qu’administrateur Marketo. Les informations sur l’intégration sont renseignées. Voici la suite\u{202f}:",
    next_steps_button: "Ouvrir le Guide de configuration",
    message_from: "{inviter} vous écrit\u{202f}:",
    address: "Si le bouton ne fonctionne pas, ouvrez cette adresse dans un navigateur\u{202f}:",
    ignore: "Si vous n’attendiez pas cet e-mail, vous pouvez l’ignorer.",
    why_invited: "Vous recevez cet e-mail parce que {inviter} vous a invité à rejoindre {account}.",
    why_reset: "Vous recevez cet e-mail parce qu’un nouveau mot de passe a été demandé pour {email}.",
    why_next_steps: "Vous recevez cet e-mail parce que vous êtes désormais l’utilisateur d’origine de {account}.",
    sent_by: "Envoyé automatiquement par {product} ({host}).",
    reset_subject: "Nouveau mot de passe pour {account}",
    reset_lead: "Un nouveau mot de passe a été demandé pour {email}. Ouvrez le lien pour en choisir un.",
    reset_button: "Choisir un nouveau mot de passe",
    guessing_subject: "Quelqu’un tente de deviner votre mot de passe pour {account}",
    guessing_lead: "Au cours de la dernière heure, de nombreux mots de passe erronés ont été saisis pour {email}. Pour vous protéger, votre mot de passe n’est désormais accepté que dans les navigateurs où vous vous êtes déjà connecté. Votre accès n’est pas bloqué : dans tout autre navigateur, connectez-vous avec Salesforce ou choisissez d’abord un nouveau mot de passe. Si votre mot de passe est facile à deviner, ou utilisé ailleurs, choisissez-en un nouveau maintenant.",
    why_guessing: "Vous recevez cet e-mail en raison de nombreuses tentatives de connexion échouées pour {email}.",
    password_changed: Notice {
        subject: "Votre mot de passe pour {account} a été modifié",
        lead: "Le mot de passe de {email} a été modifié le {date}. Toutes les autres sessions ont pris fin.",
    },
    key_made: Notice {
        subject: "Une clé d’API a été créée en votre nom dans {account}",
        lead: "Le {date}, {email} a créé la clé d’API « {what} ». Grâce à elle, des programmes agissent en votre nom.",
    },
    key_ends: Notice {
        subject: "La clé d’API « {what} » de {account} expire bientôt",
        lead: "La clé d’API « {what} », créée par {email}, cessera de fonctionner dans les deux semaines suivant le {date}. Si elle est encore nécessaire, créez-en une autre dans Sécurité et remplacez-la.",
    },
    became_admin: Notice {
        subject: "Vous êtes désormais administrateur de {account}",
        lead: "Le {date}, {email} a reçu le rôle Administrateur.",
    },
    is_no_admin: Notice {
        subject: "Vous n’êtes plus administrateur de {account}",
        lead: "Le {date}, {email} a reçu le rôle Utilisateur. Les clés d’API que vous aviez créées ne sont plus valables.",
    },
    signed_in: Notice {
        subject: "Nouvelle connexion à {account}",
        lead: "Le {date}, {email} s’est connecté avec {what}, un navigateur que vous n’aviez pas encore utilisé.",
    },
    deactivated: Notice {
        subject: "Votre accès à {account} a pris fin",
        lead: "Le {date}, {email} a été désactivé. Vous ne pouvez plus vous connecter et vos sessions ont pris fin.",
    },
    reactivated: Notice {
        subject: "Vous avez de nouveau accès à {account}",
        lead: "Le {date}, {email} a été réactivé. Vous pouvez vous connecter comme avant.",
    },
    link_made: Notice {
        subject: "Un lien de connexion à {account} a été créé sur le serveur",
        lead: "Le {date}, l’exploitant a créé sur la ligne de commande du serveur un lien qui permet de se connecter une fois en tant que {what}.",
    },
    promoted: Notice {
        subject: "Un administrateur de {account} a été ajouté sur le serveur",
        lead: "Le {date}, l’exploitant a donné à {what} le rôle Administrateur sur la ligne de commande du serveur.",
    },
    sessions_ended: Notice {
        subject: "Des sessions de {account} ont été fermées sur le serveur",
        lead: "Le {date}, l’exploitant a mis fin à toutes les sessions de {what} sur la ligne de commande du serveur.",
    },
    passkey_added: Notice {
        subject: "Une clé d’accès a été ajoutée pour {account}",
        lead: "Le {date}, {email} a ajouté la clé d’accès « {what} ». Elle permet de se connecter sans mot de passe.",
    },
    passkey_removed: Notice {
        subject: "Une clé d’accès a été supprimée pour {account}",
        lead: "Le {date}, {email} a supprimé la clé d’accès « {what} ». Elle ne permet plus de se connecter.",
    },
    app_added: Notice {
        subject: "Une application d’authentification a été ajoutée pour {account}",
        lead: "Le {date}, {email} a ajouté une application d’authentification. Ses codes sont désormais demandés en plus du mot de passe.",
    },
    app_removed: Notice {
        subject: "L’application d’authentification a été supprimée pour {account}",
        lead: "Le {date}, {email} a supprimé l’application d’authentification. Ses codes ne sont plus acceptés.",
    },
    recovery_codes_made: Notice {
        subject: "Nouveaux codes de récupération pour {account}",
        lead: "Le {date}, {email} a créé de nouveaux codes de récupération. Les précédents ne fonctionnent plus.",
    },
    recovery_code_used: Notice {
        subject: "Un code de récupération pour {account} a été utilisé",
        lead: "Le {date}, l’un des codes de récupération de {email} a été utilisé. Il ne fonctionnera plus.",
    },
    factors_reset: Notice {
        subject: "Vos seconds facteurs pour {account} ont été réinitialisés",
        lead: "Le {date}, une personne qui administre le compte a supprimé toutes les clés d’accès, l’application d’authentification et les codes de récupération de {email}. Toutes les sessions ont été fermées.",
    },
    notice_button: "Ouvrir Mon profil",
    why_notice: "Vous recevez cet e-mail car il concerne l’accès de {email}. Si vous êtes au courant, vous n’avez rien à faire. Sinon, choisissez un nouveau mot de passe, mettez fin à toutes les autres sessions dans Mon profil et prévenez un administrateur.",
    why_deactivated: "Vous recevez cet e-mail car il concerne l’accès de {email}. Si vous ne vous y attendiez pas, adressez-vous à un administrateur de {account}.",
    why_operator: "Vous recevez cet e-mail car {email} est administrateur de {account}. Si aucun de vous ne l’a demandé, adressez-vous à l’exploitant du serveur.",
    fails_subject: "Problème dans {account} : {what}",
    works_subject: "Résolu dans {account} : {what}",
    works_lead: "En échec depuis le {since}, à nouveau opérationnel depuis le {until}. Vous n’avez rien à faire.",
    salesforce_trouble: Trouble {
        name: "connexion à Salesforce",
        lead: "Les connexions à Salesforce de tous les administrateurs échouent depuis le {since}. Tant qu’aucune ne fonctionne, la synchronisation n’apporte aucune donnée de Salesforce. Reconnectez-vous dans Salesforce ; Diagnostics affiche la réponse de Salesforce.",
    },
    marketo_trouble: Trouble {
        name: "connexion à Marketo",
        lead: "La connexion à Marketo échoue depuis le {since}. Tant qu’elle ne fonctionne pas, personne n’est synchronisé. Vérifiez dans Marketo que l’utilisateur d’API et le service personnalisé existent toujours, puis reconnectez-vous dans Marketo ; Diagnostics affiche la réponse de Marketo.",
    },
    sync_trouble: Trouble {
        name: "synchronisation des personnes",
        lead: "La synchronisation des personnes est en retard depuis le {since}. Configuration des actions indique ce qu’elle attend.",
    },
    disk_trouble: Trouble {
        name: "disque du serveur",
        lead: "Le disque du serveur manque de place depuis le {since}. Une fois plein, rien ne pourra plus être enregistré. Demandez à l’exploitant du serveur de libérer de l’espace.",
    },
    backup_trouble: Trouble {
        name: "sauvegarde de la base de données",
        lead: "Le serveur ne parvient plus à faire de sauvegarde depuis le {since}. Prévenez son exploitant : le journal en donne la raison ; souvent, le disque des sauvegardes est plein ou absent.",
    },
    webhooks_trouble: Trouble {
        name: "livraison des webhooks",
        lead: "Un point de terminaison de webhooks a été désactivé (constaté le {since}) : il n’existe plus, ou n’a accepté aucun message pendant trois jours. Des événements manquent peut-être à d’autres systèmes. Dans « Webhooks », consultez ses réponses et réactivez-le dès qu’il fonctionne ; ce qui a échoué peut être renvoyé.",
    },
    mail_server: "serveur de messagerie",
    trouble_button: "Ouvrir Diagnostics",
    why_admin: "Vous recevez cet e-mail parce que {email} est administrateur de {account}.",
    code_subject: "Votre code pour {account}",
    code_lead: "Pour confirmer votre identité, saisissez ce code là où il vous est demandé. Personne de {account} ne vous le demandera jamais.",
    why_code: "Vous recevez cet e-mail car une personne connectée en tant que {email} a demandé un code.",
    code_not_asked: "Si ce n’est pas vous, mettez fin à toutes vos autres sessions dans Mon profil et prévenez un administrateur.",
    test_subject: "[Test] {subject}",
    valid_one_day: "Le lien fonctionne une seule fois, pendant un jour.",
    valid_days: "Le lien fonctionne une seule fois, pendant {n} jours.",
    valid_one_hour: "Le lien fonctionne une seule fois, pendant une heure.",
    valid_until: "Il est valable jusqu’au {date}.",
    first_day: "1er",
    date: "{day} {month} {year} à {time}",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
};

const PT_BR: Texts = Texts {
    greeting: "Olá, {name},",
    greeting_plain: "Olá,",
    invitation_subject: "Convite para {account}",
    invitation_lead: "{inviter} convidou você para {account}. Abra o link para ativar seu acesso.",
    invitation_button: "Ativar seu acesso",
    steps_lead: "Você vai configurar {account} como administrador do Marketo. Para obter acesso:",
    steps: [
        "Abra o link abaixo e ative seu acesso.",
        "Faça logon. O Guia de configuração mostra passo a passo o que deve ser feito.",
        "Conecte a conta ao Salesforce e ao Marketo.",
        "Inicie a sincronização de dados e depois convide as pessoas que vão usá-la.",
    ],
    salesforce_steps_lead: "Você vai configurar {account} no Salesforce como administrador do Salesforce. Leva cerca de uma hora:",
    salesforce_steps: [
        "Abra o link abaixo e ative seu acesso.",
        "Conecte a conta ao Salesforce (cerca de 5 minutos).",
        "Na tela Configuração no Salesforce, instale ou atualize o pacote (cerca de 20 minutos).",
        "Siga a lista de verificação nessa tela e marque cada item concluído (cerca de 30 minutos).",
    ],
    next_steps_subject: "Configurar {account}",
    next_steps_lead: "Agora você é o usuário original de {account} e vai configurá-lo como administrador do Marketo. As informações de integração já estão preenchidas. O que vem a seguir:",
    next_steps_button: "Abrir o Guia de configuração",
    message_from: "Mensagem de {inviter}:",
    address: "Se o botão não funcionar, abra este endereço em um navegador:",
    ignore: "Se você não esperava este e-mail, pode ignorá-lo.",
    why_invited: "Você recebeu este e-mail porque {inviter} convidou você para {account}.",
    why_reset: "Você recebeu este e-mail porque uma nova senha foi pedida para {email}.",
    why_next_steps: "Você recebeu este e-mail porque agora é o usuário original de {account}.",
    sent_by: "Enviado automaticamente por {product} ({host}).",
    reset_subject: "Nova senha para {account}",
    reset_lead: "Alguém pediu uma nova senha para {email}. Abra o link para escolher uma.",
    reset_button: "Escolher uma nova senha",
    guessing_subject: "Alguém está tentando adivinhar sua senha de {account}",
    guessing_lead: "Na última hora, muitas senhas incorretas foram digitadas para {email}. Para proteger você, sua senha agora só funciona em navegadores nos quais você já fez logon. Seu acesso não está bloqueado: em qualquer outro navegador, faça logon com o Salesforce ou escolha primeiro uma nova senha. Se sua senha for fácil de adivinhar, ou usada em outro lugar, escolha uma nova agora.",
    why_guessing: "Você recebeu este e-mail por causa de muitas tentativas malsucedidas de fazer logon como {email}.",
    password_changed: Notice {
        subject: "Sua senha de {account} foi alterada",
        lead: "A senha de {email} foi alterada em {date}. Todas as outras sessões foram encerradas.",
    },
    key_made: Notice {
        subject: "Uma chave de API foi criada em seu nome em {account}",
        lead: "Em {date}, {email} criou a chave de API “{what}”. Com ela, programas agem como você.",
    },
    key_ends: Notice {
        subject: "A chave de API “{what}” de {account} expira em breve",
        lead: "A chave de API “{what}”, criada por {email}, deixará de funcionar em até duas semanas após {date}. Se ainda for necessária, crie outra em Segurança e substitua-a.",
    },
    became_admin: Notice {
        subject: "Agora você é administrador de {account}",
        lead: "Em {date}, {email} recebeu a função Administrador.",
    },
    is_no_admin: Notice {
        subject: "Você não é mais administrador de {account}",
        lead: "Em {date}, {email} recebeu a função Usuário. As chaves de API que você criou não valem mais.",
    },
    signed_in: Notice {
        subject: "Novo logon em {account}",
        lead: "Em {date}, {email} fez logon com {what}, um navegador em que você ainda não tinha feito logon.",
    },
    deactivated: Notice {
        subject: "Seu acesso a {account} terminou",
        lead: "Em {date}, {email} foi desativado. Você não pode mais fazer logon, e suas sessões foram encerradas.",
    },
    reactivated: Notice {
        subject: "Você tem acesso a {account} novamente",
        lead: "Em {date}, {email} foi reativado. Você pode fazer logon como antes.",
    },
    link_made: Notice {
        subject: "Um link de logon de {account} foi criado no servidor",
        lead: "Em {date}, quem opera o servidor criou, na linha de comando, um link que faz logon uma vez como {what}.",
    },
    promoted: Notice {
        subject: "Um administrador de {account} foi adicionado no servidor",
        lead: "Em {date}, quem opera o servidor deu a {what} a função Administrador, na linha de comando.",
    },
    sessions_ended: Notice {
        subject: "Sessões de {account} foram encerradas no servidor",
        lead: "Em {date}, quem opera o servidor encerrou todas as sessões de {what}, na linha de comando.",
    },
    passkey_added: Notice {
        subject: "Uma chave de acesso foi adicionada em {account}",
        lead: "Em {date}, {email} adicionou a chave de acesso “{what}”. Com ela é possível fazer logon sem senha.",
    },
    passkey_removed: Notice {
        subject: "Uma chave de acesso foi removida de {account}",
        lead: "Em {date}, {email} removeu a chave de acesso “{what}”. Não é mais possível fazer logon com ela.",
    },
    app_added: Notice {
        subject: "Um app autenticador foi adicionado em {account}",
        lead: "Em {date}, {email} adicionou um app autenticador. Os códigos dele agora são pedidos junto com a senha.",
    },
    app_removed: Notice {
        subject: "O app autenticador foi removido de {account}",
        lead: "Em {date}, {email} removeu o app autenticador. Os códigos dele não são mais aceitos.",
    },
    recovery_codes_made: Notice {
        subject: "Novos códigos de recuperação de {account}",
        lead: "Em {date}, {email} criou novos códigos de recuperação. Os anteriores não funcionam mais.",
    },
    recovery_code_used: Notice {
        subject: "Um código de recuperação de {account} foi usado",
        lead: "Em {date}, um dos códigos de recuperação de {email} foi usado. Ele não funciona mais.",
    },
    factors_reset: Notice {
        subject: "Seus segundos fatores de {account} foram redefinidos",
        lead: "Em {date}, alguém que administra a conta removeu todas as chaves de acesso, o app autenticador e os códigos de recuperação de {email}. Todas as sessões foram encerradas.",
    },
    notice_button: "Abrir Meu perfil",
    why_notice: "Você recebeu este e-mail porque ele diz respeito ao acesso de {email}. Se você já sabe disso, não há nada a fazer. Caso contrário, escolha uma nova senha, encerre todas as outras sessões em Meu perfil e avise um administrador.",
    why_deactivated: "Você recebeu este e-mail porque ele diz respeito ao acesso de {email}. Se você não esperava por isso, fale com um administrador de {account}.",
    why_operator: "Você recebeu este e-mail porque {email} é administrador de {account}. Se nenhum de vocês pediu isso, fale com quem opera o servidor.",
    fails_subject: "Problema em {account}: {what}",
    works_subject: "Resolvido em {account}: {what}",
    works_lead: "Falhava desde {since} e voltou a funcionar em {until}. Não é preciso fazer nada.",
    salesforce_trouble: Trouble {
        name: "conexão com o Salesforce",
        lead: "As conexões de todos os administradores com o Salesforce estão falhando desde {since}. Até que uma delas funcione, a sincronização não traz dados do Salesforce. Conecte-se novamente em Salesforce; Diagnóstico mostra a resposta do Salesforce.",
    },
    marketo_trouble: Trouble {
        name: "conexão com o Marketo",
        lead: "A conexão com o Marketo está falhando desde {since}. Até que ela funcione, ninguém é sincronizado. Verifique no Marketo se o usuário de API e o serviço personalizado ainda existem e conecte-se novamente em Marketo; Diagnóstico mostra a resposta do Marketo.",
    },
    sync_trouble: Trouble {
        name: "sincronização de pessoas",
        lead: "A sincronização de pessoas está atrasada desde {since}. Configuração de ações mostra o que ela está esperando.",
    },
    disk_trouble: Trouble {
        name: "disco do servidor",
        lead: "O disco do servidor está com pouco espaço desde {since}. Quando ficar cheio, nada poderá ser salvo. Peça a quem opera o servidor que libere espaço.",
    },
    backup_trouble: Trouble {
        name: "backup do banco de dados",
        lead: "O servidor não consegue fazer backup desde {since}. Avise quem o opera: o log informa o motivo; muitas vezes, o disco dos backups está cheio ou ausente.",
    },
    webhooks_trouble: Trouble {
        name: "entrega de webhooks",
        lead: "Um endpoint de webhooks foi desativado (constatado em {since}): ele não existe mais ou não aceita mensagens há três dias. Outros sistemas podem estar sem eventos. Em Webhooks, veja as respostas dele e ative-o novamente quando voltar a funcionar; o que falhou pode ser reenviado.",
    },
    mail_server: "servidor de e-mail",
    trouble_button: "Abrir Diagnóstico",
    why_admin: "Você recebeu este e-mail porque {email} é administrador de {account}.",
    code_subject: "Seu código para {account}",
    code_lead: "Para confirmar que é você, digite este código onde ele foi solicitado. Ninguém de {account} pedirá esse código a você.",
    why_code: "Você recebeu este e-mail porque alguém que fez logon como {email} solicitou um código.",
    code_not_asked: "Se não foi você, encerre todas as suas outras sessões em Meu perfil e avise um administrador.",
    test_subject: "[Teste] {subject}",
    valid_one_day: "O link funciona uma única vez, por um dia.",
    valid_days: "O link funciona uma única vez, por {n} dias.",
    valid_one_hour: "O link funciona uma única vez, por uma hora.",
    valid_until: "Ele é válido até {date}.",
    first_day: "1º",
    date: "{day} de {month} de {year}, {time}",
    months: [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r17_the_end_of_a_link_is_told_with_its_time_zone_in_every_language() {
        // 2026-11-29T05:07:31Z
        let end = Millis(1_795_928_851_000);
        let until = |locale| Texts::of(locale).until(end).unwrap();
        assert_eq!(until(Locale::En), "It is valid until 29 November 2026, 05:07 UTC.");
        assert_eq!(until(Locale::Ko), "2026년 11월 29일 05:07 UTC까지 유효합니다.");
        for locale in Locale::ALL {
            let text = until(locale);
            assert!(text.contains("05:07 UTC") && text.contains("2026") && !text.contains('{'), "{text}");
        }
    }

    #[test]
    fn screens_have_the_names_that_they_show_in_every_language() {
        for locale in Locale::ALL {
            let file = format!("{}/../../locales/{locale}.json", env!("CARGO_MANIFEST_DIR"));
            let labels: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            let texts = Texts::of(locale);
            for (text, label) in [
                (texts.notice_button, "nav.my_profile"),
                (texts.why_notice, "nav.my_profile"),
                (texts.code_not_asked, "nav.my_profile"),
                (texts.trouble_button, "nav.diagnostics"),
                (texts.next_steps_button, "nav.setup_guide"),
                (texts.salesforce_steps[2], "nav.salesforce_setup"),
            ] {
                assert!(text.contains(labels[label].as_str().unwrap()), "{locale}: {text}");
            }
        }
    }
}
