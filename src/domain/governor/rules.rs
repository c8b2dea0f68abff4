//! Every rule of contact: who may change it, what it is when nobody does, where it comes from, where it is enforced, and
//! the test that holds it. `docs/rules.md` is this list.

use std::fmt::Write as _;

/// Who may change a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Nobody.
    Hard,
    /// A creditor, to be stricter.
    Tighten,
    /// A creditor, within its jurisdiction.
    Settings,
}

/// Where a rule is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// When a message is about to leave.
    Departure,
    /// When what came in is decided upon.
    Decision,
    /// When a text is written or shown.
    Wording,
    /// When a case or a payment is taken in.
    Intake,
    /// When the settings are read.
    Start,
}

/// One rule of contact.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its id in the reference of the trade.
    pub id: &'static str,
    /// What it demands.
    pub demands: &'static str,
    /// Who may change it.
    pub scope: Scope,
    /// What it is when nobody does.
    pub default: &'static str,
    /// The law or the reason.
    pub source: &'static str,
    /// Where it is enforced.
    pub at: At,
    /// The names under which verdicts and decisions tell it.
    pub told_as: &'static [&'static str],
    /// The test that fails when it does not hold; none while the part of the product that it rules is not built.
    pub held_by: Option<&'static str>,
}

macro_rules! rules {
    ($($id:literal, $scope:ident, $at:ident, $told:expr, $held:expr,
       $demands:literal, $default:literal, $source:literal;)*) => {
        &[$(Rule {
            id: $id, demands: $demands, scope: Scope::$scope, default: $default, source: $source, at: At::$at,
            told_as: &$told, held_by: $held,
        }),*]
    };
}

/// All of them.
pub const RULES: &[Rule] = rules![
    "WIN", Tighten, Departure, ["closed_now"], Some("hours_and_days_are_those_of_the_place"),
    "Nothing that answers nothing leaves outside the hours of the debtor's place", "09:00–19:00, Monday to Friday",
    "decency (FR); CONC 7.9 (UK); 12 CFR 1006.6(b)(1) (US)";
    "ZONE", Settings, Departure, ["closed_now", "no_common_hour"], Some("hours_and_days_are_those_of_the_place"),
    "The place is told by the postcode, then the number, then the creditor; where they disagree, an hour open in all",
    "Europe/Paris", "12 CFR 1006.6(b)(1), comment";
    "HOL", Tighten, Departure, ["closed_now"], Some("hours_and_days_are_those_of_the_place"),
    "No demand on a Sunday or on a public holiday of the debtor's place", "on", "code du travail L3133-1; bank holidays";
    "CAP", Tighten, Departure,
    ["cap_of_the_day", "cap_of_7_days", "cap_of_30_days", "too_soon_after_the_last", "unanswered", "said_already"],
    Some("no_history_leads_to_a_message_that_should_not_leave"),
    "Demands are counted per person, across cases and creditors", "1 a day, 2 in 7 days, 6 in 30, 3 days apart, 6 unanswered",
    "code de la consommation L121-6, L121-7 (FR); 209 CMR 18.16 (US)";
    "REP", Settings, Departure, ["closed_now"], Some("an_answer_leaves_in_its_own_hours_and_a_confirmed_stop_at_any"),
    "An answer leaves at once in wider hours; a confirmed opt-out and words for someone in danger at any hour",
    "07:00–22:00 (US 08:00–21:00), 10 a day", "decency";
    "OPT", Hard, Departure, ["suppressed"], Some("what_is_refused_is_refused_by_its_rule"),
    "After STOP, in any words, nothing leaves for that number and creditor until START", "at once",
    "code de la consommation L121-7; 12 CFR 1006.14(h); 47 CFR 64.1200(a)(10)";
    "OPT1", Hard, Decision, ["opt_out.taken"], Some("stop_calls_everything_back_and_is_confirmed_exactly_once"),
    "One confirmation, and nothing of the debt in it", "on", "12 CFR 1006.14(h)(2)(i)";
    "LET", Hard, Departure, ["letter_missing"], Some("what_is_refused_is_refused_by_its_rule"),
    "Who collects for others in France writes a letter first, and recalls it in every text", "on", "CPCE R124-4";
    "ROLE", Hard, Wording, [], Some("a_collector_for_others_names_its_trade_and_recalls_its_letter"),
    "The creditor is named, and whoever collects for it, with its trade", "on", "CPCE R124-4; 12 CFR 1006.18(e)";
    "AI", Hard, Wording, [], Some("the_first_message_says_that_it_is_automatic_within_two_segments_and_a_later_demand_within_three"),
    "The first message says that it is automatic and how to reach a person", "on", "AI Act, article 50(1)";
    "PRIV", Hard, Wording, [], Some("the_first_message_says_that_it_is_automatic_within_two_segments_and_a_later_demand_within_three"),
    "The first message shows the page about personal data", "on", "GDPR, articles 13 and 14";
    "BASIS", Settings, Intake, [], Some("in_the_united_states_nobody_supposes_a_consent"),
    "Each debt says on what basis its debtor is written to", "contract", "GDPR, article 6(1)";
    "IDENT", Settings, Departure, ["identity_unknown"], Some("what_is_refused_is_refused_by_its_rule"),
    "Nothing of the debt before the person is known", "numbers given for the contract, within a year", "GDPR, article 5(1)(f)";
    "WRONG", Hard, Decision, ["suppressed"], Some("a_wrong_number_gets_one_apology_and_then_silence"),
    "A wrong number gets one apology and no more", "on", "GDPR, article 5(1)(d)";
    "DISP", Hard, Departure, ["disputed"], Some("what_is_refused_is_refused_by_its_rule"),
    "A dispute stops every demand and clock until a person has answered it", "5 working days to answer",
    "CONC 7.14 (UK); 12 CFR 1006.38 (US)";
    "PAID", Settings, Departure, ["payment_claimed"], Some("what_is_refused_is_refused_by_its_rule"),
    "\"I have paid\" pauses the demands while it is looked up", "5 working days", "decency";
    "INSOL", Hard, Departure, ["insolvency", "another_case_rests"], Some("what_is_refused_is_refused_by_its_rule"),
    "An insolvency: no payment, promise or plan is asked for until a person clears it", "on",
    "code de la consommation L722-2, L722-5 (FR); SI 2020/1311 (UK); 11 USC 362 (US)";
    "DEATH", Hard, Departure, ["bereavement", "another_case_rests"], Some("what_is_refused_is_refused_by_its_rule"),
    "A death: nothing is asked for at that number, on any case", "on", "code civil, 771";
    "VULN", Settings, Departure, ["hardship", "in_danger", "another_case_rests"],
    Some("what_is_refused_is_refused_by_its_rule"),
    "Illness, loss of work, separation: 30 days without demands; danger: help at once", "30 days", "CONC 7.10; decency";
    "REPR", Hard, Departure, ["represented", "another_case_rests"], Some("what_is_refused_is_refused_by_its_rule"),
    "Who is represented is not written to", "on", "12 CFR 1006.6(b)(2)";
    "REFUS", Hard, Departure, ["refused", "ceased"], Some("what_is_refused_is_refused_by_its_rule"),
    "After a refusal a person decides; a US collector ceases", "on", "12 CFR 1006.6(c)";
    "TIME", Hard, Departure, ["time_barred"], Some("what_is_refused_is_refused_by_its_rule"),
    "A time-barred debt is asked for by nobody", "2 years for a French consumer, 5 for a business, 6 in the UK",
    "code de la consommation L218-2, L121-2; Limitation Act 1980";
    "FEE", Hard, Intake, [], Some("the_items_add_up_and_no_fee_is_asked_of_a_consumer"),
    "Costs of collection are not asked of consumers", "on", "CPCE L111-8";
    "TPL", Tighten, Departure, ["text_not_approved"], Some("what_is_refused_is_refused_by_its_rule"),
    "Only approved versions of a text leave, approved by another than its author", "on", "design";
    "GEN", Hard, Wording, [], Some("a_value_that_is_absent_or_misspelt_is_an_error_and_never_a_word"),
    "The bot composes no sentence: templates say it, and figures, dates and names come from the case", "on", "design";
    "PLAN", Settings, Decision, [], Some("outside_the_bounds_the_nearest_plan_is_offered"),
    "A plan within the creditor's bounds is agreed to; outside them a person decides, never a refusal", "6 payments",
    "GDPR, article 22";
    "RCPT", Hard, Intake, ["payment.received"],
    Some("every_payment_to_an_agency_in_france_has_a_receipt_that_can_be_printed"),
    "A receipt for every payment", "on for French agencies", "CPCE R124-6";
    "PAYL", Hard, Wording, [], Some("what_no_message_may_say_is_found_in_both_languages_whatever_its_case_accents_or_number"),
    "Our own links only: no shortener, no premium number; numbers of cards are masked and kept nowhere", "on", "decency";
    "USC", Hard, Departure, ["carrier_forbids"], Some("what_is_refused_is_refused_by_its_rule"),
    "American carriers forbid texts that collect for others, but with their leave", "refused", "carriers' codes";
    "USV", Hard, Departure, ["validation_missing"], Some("what_is_refused_is_refused_by_its_rule"),
    "A US collector sends the validation notice first", "on", "12 CFR 1006.34";
    "KILL", Hard, Departure, ["halted"], Some("a_stop_button_holds_everything_but_the_last_words"),
    "A stop button, per creditor and campaign, holds what is queued within seconds", "off", "design";
];

/// The list as a page of Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# The rules of contact\n\nMade from `src/domain/governor/rules.rs`; a test fails when the two differ, and when a \
         test named here does not exist.\nHours, holidays and figures are in `jurisdictions/`. A verdict or a decision \
         tells a rule by the names under \"told as\".\n\n\
         | rule | what it demands | may be changed | default | source | enforced | told as | held by the test |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let scope = match rule.scope {
            Scope::Hard => "by nobody",
            Scope::Tighten => "to be stricter",
            Scope::Settings => "in the settings",
        };
        let at = match rule.at {
            At::Departure => "when a message leaves",
            At::Decision => "in what is decided",
            At::Wording => "in what is written",
            At::Intake => "when a case or a payment comes in",
            At::Start => "at the start",
        };
        let told = rule.told_as.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
        let held = rule.held_by.map_or("not built yet".to_owned(), |test| format!("`{test}`"));
        let Rule { id, demands, default, source, .. } = rule;
        let _ = writeln!(page, "| {id} | {demands} | {scope} | {default} | {source} | {at} | {told} | {held} |");
    }
    page
}
