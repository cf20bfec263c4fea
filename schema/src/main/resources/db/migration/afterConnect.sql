-- Everything a migration makes belongs to the owner role, whoever runs it.
SET ROLE drover_owner;
