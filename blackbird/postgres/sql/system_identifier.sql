SELECT CAST(system_identifier AS text) FROM pg_control_system()
