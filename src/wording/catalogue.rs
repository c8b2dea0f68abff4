//! Every text of every language, compiled into the binary: a language that lacks one does not compile.

/// The folder of one language.
#[derive(Clone, Copy)]
pub(super) struct Folder {
    /// Its two letters.
    pub(super) code: &'static str,
    /// How it writes days and amounts.
    pub(super) locale: &'static str,
    /// What the checker looks for in it.
    pub(super) checked: &'static str,
    /// Each template's name and source.
    pub(super) templates: &'static [(&'static str, &'static str)],
}

macro_rules! folder {
    ($code:literal) => {
        folder!($code;
            frame email_frame letter_frame call_script ask_identity opt_out_confirmed resumed wrong_number_apology dispute_received
            dispute_reason_noted ask_payment_details payment_details_noted ask_plan_terms plan_offered
            plan_counter_offer plan_agreed plan_to_human ask_payment_date date_too_far confirm_date promise_confirmed
            ask_date_for_time hardship_heard insolvency_heard bereavement_heard self_harm_help representative_heard
            calm_answer payment_link case_info who_we_are human_will_answer acknowledgment_thanks menu handed_over
            keep_numbers_private
            payment_received promise_missed instalment_missed from_agent;
            "before_due" "before_due.loyal" "before_due.business" "before_due.collector" "due_day" "due_day.loyal"
            "due_day.business" "due_day.collector" "first" "first.loyal" "first.business" "first.collector" "first@direct" "second"
            "second.loyal" "second.business" "second.collector" "final" "final.loyal" "final.business"
            "final.collector" "amicable_notice" "amicable_notice.loyal" "amicable_notice.business"
            "amicable_notice.collector" "loan" "loan.business" "loan.collector" "ask_acknowledgment"
            "ask_acknowledgment.loyal" "ask_acknowledgment.business" "ask_acknowledgment.collector";
            "before_due" "before_due.business" "due_day" "first" "first.business" "first.loyal" "first.collector" "second"
            "second.business" "second.loyal" "second.collector" "final" "final.business" "final.loyal" "final.collector"
            "amicable_notice" "amicable_notice.business" "loan" "ask_acknowledgment";
            "before_due" "due_day" "first" "first.business" "second" "second.business" "final" "final.business"
            "amicable_notice" "loan" "ask_acknowledgment")
    };
    ($code:literal; $($name:ident)*; $($reminder:literal)*; $($email:literal)*; $($letter:literal)*) => {
        Folder {
            code: $code,
            locale: include_str!(concat!("templates/", $code, "/locale.toml")),
            checked: include_str!(concat!("templates/", $code, "/checked.toml")),
            templates: &[
                $((
                    stringify!($name),
                    include_str!(concat!("templates/", $code, "/", stringify!($name), ".txt")),
                ),)*
                $((
                    concat!("reminder/", $reminder),
                    include_str!(concat!("templates/", $code, "/reminder/", $reminder, ".txt")),
                ),)*
                $((
                    concat!("email/", $email),
                    include_str!(concat!("templates/", $code, "/email/", $email, ".txt")),
                ),)*
                $((
                    concat!("letter/", $letter),
                    include_str!(concat!("templates/", $code, "/letter/", $letter, ".txt")),
                ),)*
            ],
        }
    };
}

/// The languages we write.
pub(super) const FOLDERS: &[Folder] = &[folder!("fr"), folder!("en")];
