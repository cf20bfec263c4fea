CREATE OR REPLACE VIEW drover_api.vms AS
SELECT v.id, v.name, v.owner_host, v.epoch, v.definition, v.power, v.wanted_power, v.defined_at,
    v.trouble, v.trouble_since
FROM drover.vm v;

GRANT SELECT ON drover_api.vms TO drover_scheduler;
