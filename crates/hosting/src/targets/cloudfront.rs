//! Amazon CloudFront in front of S3, as one CloudFormation template. The first behaviour whose pattern matches the path of
//! a request counts, and a function that changes the path changes no behaviour
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/example_cloudfront_functions_url_rewrite_single_page_apps_section.html>).
//! A headers policy has places of their own for some headers, and takes these nowhere else
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>).

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::common::{MADE_BY, TYPES, bare, headers, pattern, pretty};
use crate::headers::{CACHE_ASSETS, CACHE_NAMED, STRICT_SECONDS};
use crate::paths::{ASSETS, PAGE, PathKind, SERVICE_WORKER};
use crate::site::Site;

/// The kinds that have a behaviour of their own, beside [`PathKind::Page`].
const OTHERS: [PathKind; 3] = [PathKind::Asset, PathKind::Panel, PathKind::HostSdk];

pub(super) fn template(site: &Site) -> String {
    let mut resources = storage();
    for kind in PathKind::ALL {
        resources.insert(policy_of(kind).to_owned(), policy(site, kind));
    }
    resources.insert("Routes".to_owned(), function(site));
    resources.insert("Cache".to_owned(), cache());
    resources.insert("Console".to_owned(), distribution(site));
    pretty(&json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": MADE_BY,
        "Parameters": {
            "HostName": { "Type": "String", "Description": "The console's host name, such as console.example.com" },
            "Certificate": { "Type": "String", "Description": "The ARN of its certificate, in us-east-1" },
        },
        "Resources": resources,
        "Outputs": {
            "Bucket": { "Value": { "Ref": "Files" } },
            "Distribution": { "Value": { "Ref": "Console" } },
            "LeadsTo": { "Value": { "Fn::GetAtt": ["Console", "DomainName"] } },
        },
    }))
}

/// The bucket, which nobody reads but this distribution.
fn storage() -> Map<String, Value> {
    let resources = json!({
        "Files": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] },
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": true,
                    "BlockPublicPolicy": true,
                    "IgnorePublicAcls": true,
                    "RestrictPublicBuckets": true,
                },
            },
        },
        "FilesAccess": {
            "Type": "AWS::CloudFront::OriginAccessControl",
            "Properties": { "OriginAccessControlConfig": {
                "Name": named("files"),
                "OriginAccessControlOriginType": "s3",
                "SigningBehavior": "always",
                "SigningProtocol": "sigv4",
            } },
        },
        "FilesPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": { "Ref": "Files" },
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{
                        "Effect": "Allow",
                        "Principal": { "Service": "cloudfront.amazonaws.com" },
                        "Action": "s3:GetObject",
                        "Resource": { "Fn::Sub": "${Files.Arn}/*" },
                        "Condition": { "StringEquals": {
                            "AWS:SourceArn": { "Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Console}" },
                        } },
                    }],
                },
            },
        },
    });
    match resources {
        Value::Object(resources) => resources,
        _ => Map::new(),
    }
}

/// A name in the account.
fn named(what: &str) -> Value {
    json!({ "Fn::Sub": format!("${{AWS::StackName}}-{what}") })
}

const fn policy_of(kind: PathKind) -> &'static str {
    match kind {
        PathKind::Page => "PageHeaders",
        PathKind::Asset => "AssetHeaders",
        PathKind::Panel => "PanelHeaders",
        PathKind::HostSdk => "HostSdkHeaders",
    }
}

fn policy(site: &Site, kind: PathKind) -> Value {
    let mut security = Map::new();
    let mut custom = Vec::new();
    let mut config = json!({ "Name": named(policy_of(kind)) });
    for (name, value) in headers(site, kind) {
        match name {
            "content-security-policy" => {
                security.insert(
                    "ContentSecurityPolicy".to_owned(),
                    json!({ "ContentSecurityPolicy": value, "Override": true }),
                );
            }
            "strict-transport-security" => {
                security.insert(
                    "StrictTransportSecurity".to_owned(),
                    json!({
                        "AccessControlMaxAgeSec": STRICT_SECONDS,
                        "IncludeSubdomains": site.binds_subdomains(),
                        "Override": true,
                    }),
                );
            }
            "x-content-type-options" => {
                security.insert("ContentTypeOptions".to_owned(), json!({ "Override": true }));
            }
            "x-frame-options" => {
                security.insert("FrameOptions".to_owned(), json!({ "FrameOption": value, "Override": true }));
            }
            "referrer-policy" => {
                security.insert(
                    "ReferrerPolicy".to_owned(),
                    json!({ "ReferrerPolicy": value, "Override": true }),
                );
            }
            "access-control-allow-origin" => {
                config["CorsConfig"] = json!({
                    "AccessControlAllowCredentials": false,
                    "AccessControlAllowHeaders": { "Items": ["*"] },
                    "AccessControlAllowMethods": { "Items": ["GET", "HEAD"] },
                    "AccessControlAllowOrigins": { "Items": [value] },
                    "OriginOverride": true,
                });
            }
            // The policy is also that of a missing file's 404. So it lets no cache keep anything, but where the file itself says
            // otherwise: `upload.sh` writes that to those of `assets/`.
            "cache-control" if kind == PathKind::Asset => {
                custom.push(json!({ "Header": name, "Value": CACHE_NAMED, "Override": false }));
            }
            _ => custom.push(json!({ "Header": name, "Value": value, "Override": true })),
        }
    }
    config["SecurityHeadersConfig"] = Value::Object(security);
    config["CustomHeadersConfig"] = json!({ "Items": custom });
    json!({ "Type": "AWS::CloudFront::ResponseHeadersPolicy", "Properties": { "ResponseHeadersPolicyConfig": config } })
}

/// What every request runs through: routes get the page, the folder without its slash is led to it, and code is sent as it was
/// compressed when the app was built. Of that type it is open whether CloudFront compresses it
/// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html>).
fn function(site: &Site) -> Value {
    let base = &site.base;
    let mut code =
        "function handler(event) {\n  const request = event.request;\n  const path = request.uri;\n"
            .to_owned();
    if let Some(bare) = bare(site) {
        // No policy is sure to apply to what a function answers.
        let headers: Map<String, Value> = [("location", base.to_string())]
            .into_iter()
            .chain(headers(site, PathKind::Page))
            .map(|(name, value)| (name.to_owned(), json!({ "value": value })))
            .collect();
        let answer =
            json!({ "statusCode": 301, "statusDescription": "Moved Permanently", "headers": headers });
        let _ = writeln!(code, "  if (path === {}) return {answer};", json!(bare));
    }
    let [begin, assets, page] =
        [base.to_string(), format!("{base}{ASSETS}"), format!("{base}{PAGE}")].map(Value::String);
    let _ = writeln!(
        code,
        "  // A route has no dot in its last part.\n  \
         const isRoute = !path.startsWith({assets}) && !path.split(\"/\").pop().includes(\".\");\n  \
         if (path.startsWith({begin}) && isRoute) request.uri = {page};\n  \
         const isCode = path.startsWith({assets}) && path.endsWith(\".wasm\");\n  \
         const accepted = (request.headers[\"accept-encoding\"] || {{ value: \"\" }}).value;\n  \
         if (isCode && accepted.includes(\"br\")) request.uri += \".br\";\n  \
         else if (isCode && accepted.includes(\"gzip\")) request.uri += \".gz\";\n  return request;\n}}"
    );
    json!({
        "Type": "AWS::CloudFront::Function",
        "Properties": {
            "Name": named("routes"),
            "AutoPublish": true,
            "FunctionCode": code,
            "FunctionConfig": { "Comment": "Routes of the console", "Runtime": "cloudfront-js-2.0" },
        },
    })
}

/// Files are compressed where they are cached at all: for a second, if they ask to be revalidated.
fn cache() -> Value {
    json!({
        "Type": "AWS::CloudFront::CachePolicy",
        "Properties": { "CachePolicyConfig": {
            "Name": named("files"),
            "MinTTL": 1,
            "DefaultTTL": 1,
            "MaxTTL": 31_536_000,
            "ParametersInCacheKeyAndForwardedToOrigin": {
                "EnableAcceptEncodingBrotli": true,
                "EnableAcceptEncodingGzip": true,
                "CookiesConfig": { "CookieBehavior": "none" },
                "HeadersConfig": { "HeaderBehavior": "none" },
                "QueryStringsConfig": { "QueryStringBehavior": "none" },
            },
        } },
    })
}

fn behaviour(kind: PathKind) -> Value {
    json!({
        "TargetOriginId": "files",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": ["GET", "HEAD"],
        "Compress": true,
        "CachePolicyId": { "Ref": "Cache" },
        "ResponseHeadersPolicyId": { "Ref": policy_of(kind) },
        "FunctionAssociations": [{
            "EventType": "viewer-request",
            "FunctionARN": { "Fn::GetAtt": ["Routes", "FunctionARN"] },
        }],
    })
}

fn distribution(site: &Site) -> Value {
    let behaviours = OTHERS.map(|kind| {
        let mut own = behaviour(kind);
        own["PathPattern"] = json!(pattern(site, kind));
        own
    });
    // What S3 says of a missing file to those who may not list the others, and to those who may.
    let errors = [403, 404].map(|code| {
        json!({ "ErrorCode": code, "ResponseCode": 404, "ResponsePagePath": "/404.html", "ErrorCachingMinTTL": 0 })
    });
    json!({
        "Type": "AWS::CloudFront::Distribution",
        "Properties": { "DistributionConfig": {
            "Enabled": true,
            "HttpVersion": "http2and3",
            "IPV6Enabled": true,
            "Aliases": [{ "Ref": "HostName" }],
            "ViewerCertificate": {
                "AcmCertificateArn": { "Ref": "Certificate" },
                "MinimumProtocolVersion": "TLSv1.2_2021",
                "SslSupportMethod": "sni-only",
            },
            "Origins": [{
                "Id": "files",
                "DomainName": { "Fn::GetAtt": ["Files", "RegionalDomainName"] },
                "OriginAccessControlId": { "Fn::GetAtt": ["FilesAccess", "Id"] },
                "S3OriginConfig": { "OriginAccessIdentity": "" },
            }],
            "DefaultCacheBehavior": behaviour(PathKind::Page),
            "CacheBehaviors": behaviours,
            "CustomErrorResponses": errors,
        } },
    })
}

/// The script that uploads the files with their types and caches, in the order in which they are published: what the page
/// names is there before the page. But of code, compressed twins are left out: CloudFront compresses by itself.
pub(super) fn upload(site: &Site) -> String {
    let base = &site.base.as_str()[1..];
    let mut text = format!(
        "#!/bin/sh\n# {MADE_BY}\n# Uploads the folder `www` beside it: sh upload.sh BUCKET\nset -eu\n\
         www=$(dirname \"$0\")/www\nbucket=$1\n\n\
         put() {{ # TYPE CACHE FILTER...\n  type=$1 cache=$2\n  shift 2\n  \
         aws s3 cp \"$www\" \"s3://$bucket\" --recursive --content-type \"$type\" --cache-control \"$cache\" --exclude \"*\" \"$@\"\n}}\n\n"
    );
    let types: Vec<(String, &str)> =
        TYPES.iter().flat_map(|(kind, ends)| ends.split(' ').map(|end| (with_charset(kind), end))).collect();
    for (kind, end) in &types {
        let _ = writeln!(text, "put \"{kind}\" \"{CACHE_ASSETS}\" --include \"{base}{ASSETS}*.{end}\"");
    }
    for (coding, end) in [("br", "br"), ("gzip", "gz")] {
        let _ = writeln!(
            text,
            "put \"application/wasm\" \"{CACHE_ASSETS}\" --content-encoding {coding} --include \"{base}{ASSETS}*.wasm.{end}\""
        );
    }
    let (pages, others): (Vec<_>, Vec<_>) = types.iter().partition(|(_, end)| *end == "html");
    for (kind, end) in others.into_iter().chain(pages) {
        let worker = format!(" --exclude \"{base}{SERVICE_WORKER}\"");
        let worker = if *end == "js" { worker.as_str() } else { "" };
        let _ = writeln!(
            text,
            "put \"{kind}\" \"{CACHE_NAMED}\" --include \"*.{end}\" --exclude \"{base}{ASSETS}*\"{worker}"
        );
    }
    let _ = writeln!(
        text,
        "put \"text/javascript; charset=utf-8\" \"{CACHE_NAMED}\" --include \"{base}{SERVICE_WORKER}\""
    );
    text
}

/// JSON has no charset: it is UTF-8 always.
fn with_charset(kind: &str) -> String {
    let is_text = kind.starts_with("text/") || kind == "image/svg+xml";
    format!("{kind}{}", if is_text { "; charset=utf-8" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> impl Iterator<Item = Site> {
        let embedders: Vec<_> =
            (0..8).map(|n| format!("https://a-rather-long-name-{n}.example.com").parse().unwrap()).collect();
        ["/", "/some/base/"].into_iter().flat_map(move |base| {
            [Vec::new(), embedders.clone()].map(|embedders| Site {
                base: base.parse().unwrap(),
                api: "https://api.example.com/v1".parse().unwrap(),
                embedders,
                hsts_subdomains: false,
            })
        })
    }

    #[test]
    fn c4_every_kind_of_paths_has_its_headers_where_cloudfront_takes_them() {
        for site in sites() {
            let template: Value = serde_json::from_str(&template(&site)).unwrap();
            for kind in PathKind::ALL {
                let config =
                    &template["Resources"][policy_of(kind)]["Properties"]["ResponseHeadersPolicyConfig"];
                let security = config["SecurityHeadersConfig"].as_object().unwrap();
                let custom = config["CustomHeadersConfig"]["Items"].as_array().unwrap();
                let cors = usize::from(config.get("CorsConfig").is_some());
                assert_eq!(security.len() + custom.len() + cors, headers(&site, kind).len(), "{kind:?}");
                assert_eq!(cors == 1, kind == PathKind::HostSdk);
                assert!(custom.len() <= 10, "what CloudFront takes");
                for header in custom {
                    let name = header["Header"].as_str().unwrap();
                    let has_own_place =
                        name.starts_with("x-") || name.contains("security") || name == "referrer-policy";
                    assert!(!has_own_place, "{name}");
                }
            }
        }
    }

    #[test]
    fn c4_the_template_keeps_the_limits_of_aws() {
        for site in sites() {
            let text = template(&site);
            assert!(text.len() <= 51_200, "{}", text.len());
            let template: Value = serde_json::from_str(&text).unwrap();
            let code = template["Resources"]["Routes"]["Properties"]["FunctionCode"].as_str().unwrap();
            assert!(code.len() <= 10 * 1024, "{}", code.len());
            for kind in PathKind::ALL {
                let policy = headers(&site, kind).swap_remove(0).1;
                assert!(policy.starts_with("default-src") && policy.len() <= 1_783, "{}", policy.len());
            }
        }
    }

    #[test]
    fn c10_the_page_is_uploaded_after_what_it_names_and_the_worker_last() {
        let text = upload(&sites().last().unwrap());
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("put \"")).collect();
        let html = "put \"text/html; charset=utf-8\" \"no-cache\" --include \"*.html\" --exclude \"some/base/assets/*\"";
        assert_eq!(lines[lines.len() - 2], html);
        assert!(lines[lines.len() - 1].ends_with("--include \"some/base/sw.js\""), "{lines:?}");
        let is_asset = |line: &&&str| line.contains("immutable") && line.contains("\"some/base/assets/*.");
        assert_eq!(lines.iter().filter(is_asset).count(), lines.iter().take_while(is_asset).count());
        assert!(lines.iter().take_while(is_asset).count() > 10, "{lines:?}");
    }
}
