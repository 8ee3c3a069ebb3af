-- Each source's events of cases in the order of their positions, so that the newest that is known of a source at any position is
-- found at once. Notes and streams are no word of how far a source has come.
create index event_ids_source on log.event_ids (source, position) where kind <> 'note_added' and stream not like 'stream:%';
