//! What holds for every queue. Each function is a test for each kind of queue.

pub(crate) mod messages;
pub(crate) mod pushing;

/// Makes a test of each of these functions, for this kind of queue.
macro_rules! suite {
    ($bed:ty) => {
        crate::suite::suite!(@ $bed, messages:
            messages_arrive_once_and_in_order
            what_was_published_is_there_for_the_next_process
            what_failed_is_sent_again_and_again
            each_target_gets_the_form_that_it_reads
            a_target_that_learned_a_version_is_asked_before_it_is_judged
            messages_in_the_old_format_are_delivered
            what_the_target_cannot_read_goes_to_the_dead_letters
            a_reason_of_any_length_holds_nothing_up
            without_dead_letters_it_is_dropped_or_tried_for_ever
            an_answer_that_is_none_counts_as_failure
        );
        crate::suite::suite!(@ $bed, pushing:
            a_pusher_that_breaks_off_loses_nothing
            a_cut_cable_to_the_federator_loses_nothing
            a_target_that_is_down_for_long_holds_nobody_up
            targets_that_never_answer_leave_places_for_the_others
            a_thousand_targets_cost_one_serialisation
            a_large_message_arrives_as_it_is
            operators_see_and_mend
            many_are_taken_away_and_looked_at_in_their_order
            a_pusher_that_is_asked_to_end_finishes_what_it_does
            the_declared_trait_goes_through_the_queue
            what_is_spoken_is_asked_for_once
            the_metrics_tell
        );
    };
    (@ $bed:ty, $of:ident: $($test:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            crate::suite::$of::$test::<$bed>().await;
        }
    )*};
}
pub(crate) use suite;
