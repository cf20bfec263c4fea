-- Why what is wanted does not come about, as the worker that tries said it, and since when; null while nothing is in the way.
ALTER TABLE drover.vm
    ADD COLUMN trouble text,
    ADD COLUMN trouble_since timestamptz,
    ADD CONSTRAINT vm_trouble_since CHECK ((trouble IS NULL) = (trouble_since IS NULL));

ALTER TABLE drover.migration
    ADD COLUMN trouble text,
    ADD COLUMN trouble_since timestamptz,
    ADD CONSTRAINT migration_trouble_since CHECK ((trouble IS NULL) = (trouble_since IS NULL));
