{{- /* Completes a CronJob of base/cronjobs.yaml, merged into base/cronjob.yaml, for one store. */}}
{{- define "blackbirdctl.cronjob" }}
{{- $name := printf "blackbirdctl-%s" .options.store }}
{{- $template := .job.spec.jobTemplate.spec.template }}
{{- $container := merge (first $template.spec.containers) (first (deepCopy .common).spec.jobTemplate.spec.template.spec.containers) }}
{{- $_ := set $container "image" (printf "%s:%s" .values.image.repository (.values.image.tag | default .version)) }}
{{- $_ := set $template.spec "serviceAccountName" $name }}
{{- range $template.spec.volumes }}
{{- with .configMap }}{{ $_ := set . "name" $name }}{{ end }}
{{- with .secret }}{{ $_ := set . "secretName" $name }}{{ end }}
{{- with .persistentVolumeClaim }}{{ $_ := set . "claimName" (printf "%s-%s" .claimName $.options.store) }}{{ end }}
{{- end }}
{{- range $template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution }}
{{- $_ := set .labelSelector "matchLabels" $.labels }}
{{- end }}
{{- if has "ReadWriteMany" .values.state.accessModes }}{{ $_ := unset $template.spec "affinity" }}{{ end }}
{{- $_ := set .job.spec.jobTemplate "metadata" (dict "labels" .labels) }}
{{- $_ := set $template "metadata" (dict "labels" .labels) }}
{{- $_ := set .job.spec "timeZone" (.options.time_zone | default "UTC") }}
{{- $_ := set .job.spec "schedule" (include "blackbirdctl.schedule" (dict "schedule" .job.spec.schedule "store" .options.store) | trim) }}
{{- end }}

{{- /* A schedule of base/cronjobs.yaml, later by up to three hours, which follow from the store's name. */}}
{{- define "blackbirdctl.schedule" }}
{{- $later := mod (adler32sum .store | int64) 180 }}
{{- $fields := splitList " " .schedule }}
{{- $minute := first $fields }}
{{- $hour := index $fields 1 }}
{{- if eq $minute "*/5" }}
{{- printf "%d-59/5 * * * *" (mod $later 5) }}
{{- else if eq $hour "*/3" }}
{{- $start := mod (add (int64 $minute) $later) 180 }}
{{- printf "%d %d-23/3 * * *" (mod $start 60) (div $start 60) }}
{{- else }}
{{- $start := add (mul (int64 $hour) 60) (int64 $minute) $later }}
{{- printf "%d %d * * *" (mod $start 60) (div $start 60) }}
{{- end }}
{{- end }}
