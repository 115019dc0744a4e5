"""What the embedded server is told when it starts: what keeps the work, and what a test may forget."""

SHARED_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "100",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "jit": "off",
    "random_page_cost": "1.1",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'256MB'",
    # Containers often give 64 MB of shared memory, which parallel workers outgrow in the middle of a query.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
}
DURABLE_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "'256MB'",
    "wal_level": "'replica'",
    "wal_compression": "on",
    "min_wal_size": "'256MB'",
    "max_wal_size": "'2GB'",
    "checkpoint_completion_target": "0.9",
    "log_min_duration_statement": "'2s'",
}
FORGETFUL_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "'128MB'",
    "wal_level": "'minimal'",
    "max_wal_senders": "0",
    "max_wal_size": "'2GB'",
}
