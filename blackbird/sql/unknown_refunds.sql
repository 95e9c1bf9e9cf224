{{template "refunds_of_unknown" false}}
