//! The store contract: one list of cases, each run on SQLite and on PostgreSQL, on a database of its own.

// clippy's exception for tests ends at the functions that carry #[test]; here those only call the cases
#![allow(clippy::unwrap_used)]

mod approvals;
mod campaigns;
mod cases;
mod contacts;
mod corrections;
mod history;
mod imports;
mod inbox;
mod ledger;
mod opening;
mod outbox;
mod people;
mod queue;
mod report;
mod schema;
mod tasks;
mod threads;
mod timers;
mod values;

macro_rules! contract {
    ($($file:ident { $($case:ident)+ })+) => {
        mod sqlite {$(
            mod $file {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::support::databases::on_sqlite(crate::store::$file::$case).await;
                }
            )+}
        )+}
        mod postgres {$(
            mod $file {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::support::databases::on_postgres(crate::store::$file::$case).await;
                }
            )+}
        )+}
    };
}

contract! {
    opening {
        a_store_opened_again_holds_what_was_committed
        what_is_not_committed_leaves_no_trace
        a_snapshot_cannot_write_and_sees_one_instant
        an_error_shows_no_value_of_the_row
        the_embedded_migrations_are_those_of_the_folder
    }
    threads {
        a_number_has_one_thread_per_creditor
        a_thread_comes_back_as_it_was_saved
        eight_workers_that_read_then_write_lose_nothing
    }
    cases {
        a_case_comes_back_as_it_was_inserted
        a_creditor_uses_a_reference_once
        saving_a_case_saves_its_thread
        cases_come_in_the_order_that_is_asked_for
        cases_are_found_by_name_reference_invoice_or_number
        a_creditor_has_cases_under_way_until_the_last_is_over
        a_row_that_cannot_be_read_names_its_table_column_and_id
    }
    imports {
        an_import_is_found_until_it_is_finished
        cases_opened_together_come_back_as_they_were
        a_reference_or_a_number_cannot_be_opened_twice
        a_correction_is_written_and_taken_back
        what_was_opened_can_be_removed_where_nothing_was_said
        the_payments_of_an_import_come_last_first_and_go_with_what_they_changed
    }
    inbox {
        a_message_delivered_twice_is_one_row
        the_same_words_again_are_found_within_the_window_only
        every_message_ends_with_an_outcome
        a_nul_gives_an_error_at_worst
    }
    corrections {
        the_last_correction_of_a_reply_stands
        what_else_was_said_on_a_thread_is_told_apart_from_one_reply
    }
    ledger {
        decisions_come_back_in_order_with_their_events
    }
    queue {
        a_message_comes_back_as_it_was_queued
        four_workers_claim_two_hundred_messages_and_none_twice
        a_claim_does_not_wait_for_another_one
        messages_to_one_person_leave_one_at_a_time_in_the_order_of_writing
        a_claim_takes_what_is_due_oldest_first_up_to_its_limit
        a_recall_takes_what_has_not_left_and_nothing_else
    }
    report {
        each_person_reached_is_a_row_with_what_they_did_since
    }
    outbox {
        a_held_message_was_not_tried
        a_refused_message_never_leaves
        a_sent_message_is_found_by_the_carriers_id
        a_lease_that_ends_makes_the_message_unknown_and_only_a_retry_queues_it
        a_failure_is_final_and_an_unknown_one_can_still_be_settled
        receipts_say_something_new_once_and_never_go_back
        an_email_keeps_its_address_and_is_never_looked_up
    }
    contacts {
        demands_are_counted_per_person_since_they_last_wrote
        a_message_about_to_leave_is_not_counted_and_its_words_are_compared
        an_unread_reply_and_another_case_at_rest_are_seen
        a_verdict_is_written_once_until_it_changes
        a_stop_button_is_pressed_and_lifted_once
    }
    campaigns {
        a_campaign_gives_each_its_turn_and_counts_what_became_of_them
        what_people_of_a_campaign_did_is_told_once_each
    }
    people {
        people_come_with_all_that_stands_about_them_by_ranges_of_numbers
    }
    approvals {
        the_last_word_on_a_version_counts_and_every_word_is_kept
        a_message_knows_when_its_text_or_its_frame_was_withdrawn
    }
    timers {
        a_case_has_one_timer_of_each_kind
        a_timer_is_put_off_unless_it_was_moved
        four_workers_take_each_timer_once
    }
    tasks {
        one_task_of_a_kind_is_open_at_a_time
        a_task_says_its_step_and_a_later_step_takes_its_place
        tasks_come_urgent_first_then_oldest_until_resolved
    }
    history {
        a_talk_is_told_both_ways_in_the_order_of_time
        what_waits_is_counted
        a_link_opens_its_case_until_it_expires
        a_payment_counts_once
    }
}
