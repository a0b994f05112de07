CREATE SETTINGS PROFILE IF NOT EXISTS `castellan_monitor` SETTINGS readonly = 1, max_threads = 2, max_execution_time = 30, max_memory_usage = 2000000000, max_concurrent_queries_for_user = 16, cancel_http_readonly_queries_on_client_close = 1;
CREATE USER IF NOT EXISTS `castellan` IDENTIFIED WITH sha256_password BY 'CHOOSE_A_PASSWORD' HOST ANY SETTINGS PROFILE 'castellan_monitor';
-- reads what the server says of itself
GRANT SELECT ON system.* TO `castellan`;
-- without it ClickHouse hides the tables of users, with their parts, replicas and mutations, and the cluster looks well whatever happens
GRANT SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.* TO `castellan`;
-- the checks of security and of drift between replicas
GRANT SHOW USERS, SHOW ROLES, SHOW ROW POLICIES, SHOW QUOTAS, SHOW SETTINGS PROFILES ON *.* TO `castellan`;
