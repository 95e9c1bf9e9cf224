{{template "refunds_of_unknown" true}}
