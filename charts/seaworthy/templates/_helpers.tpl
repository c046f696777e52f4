{{- define "seaworthy.policy" -}}
{{ .Values.policy | default (.Files.Get "files/policy.yaml" | replace "{{namespace}}" .Release.Namespace) | trim }}
{{- end }}

{{- define "seaworthy.server" -}}
{{ .Values.server | default (.Files.Get "files/server.yaml") | trim }}
{{- end }}

{{- /* The certificate that is given, or a new one: each `helm upgrade` then makes another, which the
       server reads without a restart. */ -}}
{{- define "seaworthy.tls" -}}
{{- $given := .Values.tls -}}
{{- if or $given.crt $given.key $given.ca -}}
{{- $_ := required "tls: give crt, key and ca, or none of them" (and $given.crt $given.key $given.ca) -}}
{{ dict "crt" $given.crt "key" $given.key "ca" $given.ca | toJson }}
{{- else -}}
{{- $name := printf "seaworthy.%s.svc" .Release.Namespace -}}
{{- $authority := genCA "seaworthy" 365 -}}
{{- $made := genSignedCert $name nil (list $name) 365 $authority -}}
{{ dict "crt" $made.Cert "key" $made.Key "ca" $authority.Cert | toJson }}
{{- end -}}
{{- end }}
