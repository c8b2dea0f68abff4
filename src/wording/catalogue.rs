//! Every text of every language, compiled into the binary: a language that lacks one does not compile.

/// The folder of one language.
#[derive(Clone, Copy)]
pub(super) struct Folder {
    /// Its two letters.
    pub(super) code: &'static str,
    /// How it writes days and amounts.
    pub(super) locale: &'static str,
    /// What no message may say.
    pub(super) forbidden: &'static str,
    /// Each template's name and source.
    pub(super) templates: &'static [(&'static str, &'static str)],
}

macro_rules! folder {
    ($code:literal) => {
        folder!($code;
            frame reminder ask_identity opt_out_confirmed resumed wrong_number_apology dispute_received
            dispute_reason_noted ask_payment_details payment_details_noted ask_plan_terms plan_offered
            plan_counter_offer plan_agreed plan_to_human ask_payment_date date_too_far confirm_date promise_confirmed
            ask_date_for_time hardship_heard insolvency_heard bereavement_heard self_harm_help representative_heard
            calm_answer payment_link case_info who_we_are human_will_answer acknowledgment_thanks menu handed_over
            keep_numbers_private
            payment_received promise_missed instalment_missed from_agent)
    };
    ($code:literal; $($name:ident)*) => {
        Folder {
            code: $code,
            locale: include_str!(concat!("templates/", $code, "/locale.toml")),
            forbidden: include_str!(concat!("templates/", $code, "/forbidden.toml")),
            templates: &[$((
                stringify!($name),
                include_str!(concat!("templates/", $code, "/", stringify!($name), ".txt")),
            )),*],
        }
    };
}

/// The languages we write.
pub(super) const FOLDERS: &[Folder] = &[folder!("fr"), folder!("en")];
