{{- /*
naru install renders these templates too, by a reader of its own that knows if, else, end, define, comments and the
functions that are used here (naru-cli, package chart); a claim of .ci/e2e-kubernetes compares it with Helm.
*/ -}}
{{- define "naru.labels" -}}
{{ toJson (merge (dict
  "app.kubernetes.io/name" "naru-operator"
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/part-of" "naru"
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "naru-%s" .Chart.Version)) .Values.extraLabels) }}
{{- end -}}

{{- /* With those that Prometheus' operator selects by. */ -}}
{{- define "naru.monitoringLabels" -}}
{{ toJson (merge (fromJson (include "naru.labels" .)) .Values.monitoring.labels) }}
{{- end -}}

{{- /* With that which Grafana's sidecar looks for. */ -}}
{{- define "naru.dashboardLabels" -}}
{{ toJson (merge (dict "grafana_dashboard" "1") (fromJson (include "naru.monitoringLabels" .))) }}
{{- end -}}

{{- /* Of pods: without what changes with every version of the chart alone. */ -}}
{{- define "naru.podLabels" -}}
{{ toJson (merge (dict
  "app.kubernetes.io/name" "naru-operator"
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/part-of" "naru") .Values.extraLabels) }}
{{- end -}}

{{- define "naru.serving" -}}
{{ toJson (dict
  "labels" .Values.extraLabels
  "imagePullSecrets" .Values.imagePullSecrets
  "nodeSelector" .Values.serving.nodeSelector
  "tolerations" .Values.serving.tolerations
  "affinity" .Values.serving.affinity
  "priorityClassName" .Values.serving.priorityClassName) }}
{{- end -}}

{{- define "naru.image" -}}
{{- if not (regexMatch "^[^@\\s]+@sha256:[0-9a-f]{64}$" .image) }}
{{- fail (printf "cannot use %s '%s': expected an image by digest, REGISTRY/NAME@sha256:...; `naru build --system --push REGISTRY/PREFIX` builds both images and prints these values" .key .image) }}
{{- end }}
{{- toJson .image }}
{{- end -}}
