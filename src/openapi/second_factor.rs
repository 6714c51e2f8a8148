//! The calls about second factors, and the schemas that they speak.

use serde_json::{Value as Json, json};

use super::accounts::{closed, data};
use super::examples::{TIME, UUID};
use super::fixed::{Answer, Body, Fixed, NONE};
use super::reference;

/// In the order of the document.
pub(super) const CALLS: [Fixed; 7] = [
    Fixed {
        method: "POST",
        path: "/api/auth/second-factor",
        id: "signInSecondStep",
        summary: "Go on with a sign-in",
        note: "Takes the `challenge` of the answer `second_factor_required`, within five minutes and for at most five wrong \
               codes. Answers as the sign-in would have.",
        body: Body::Json("second_factor"),
        answer: Answer::Schema("SignedInAnswer"),
        headers: &["Set-Cookie"],
        faults: &[401, 413, 415, 429],
        ..NONE
    },
    Fixed {
        path: "/api/auth/second-factors",
        id: "listSecondFactors",
        access: "signed_in",
        summary: "Get the user's second factors",
        note: "Whether the role demands one, too, and how many recovery codes are left.",
        answer: Answer::Schema("SecondFactorsAnswer"),
        faults: &[401, 403],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/second-factors/totp",
        id: "beginTotp",
        access: "signed_in",
        summary: "Begin to add an authenticator app",
        note: "Wants the password, and a code where there is a second factor already. The app counts once it is confirmed.",
        body: Body::Json("totp"),
        answer: Answer::Schema("TotpAnswer"),
        faults: &[401, 403, 409, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/second-factors/totp/confirm",
        id: "confirmTotp",
        access: "signed_in",
        summary: "Confirm an authenticator app by its first code",
        note: "With the first app come recovery codes, which are shown this once; each works once. With another one none do.",
        body: Body::Json("totp_confirm"),
        answer: Answer::Schema("RecoveryCodesAnswer"),
        faults: &[401, 403, 409, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "POST",
        path: "/api/auth/second-factors/recovery-codes",
        id: "renewRecoveryCodes",
        access: "signed_in",
        summary: "Get new recovery codes",
        note: "In place of the old ones. Wants the password or a code.",
        body: Body::Json("recovery_codes"),
        answer: Answer::Schema("RecoveryCodesAnswer"),
        faults: &[401, 403, 409, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/auth/second-factors/{id}",
        id: "deleteSecondFactor",
        access: "signed_in",
        summary: "Remove a second factor",
        note: "Wants the password and a code. The last one stays while the role demands one.",
        parameters: &["SecondFactorId"],
        body: Body::Json("second_factor_removal"),
        faults: &[401, 403, 404, 409, 413, 415, 429],
        ..NONE
    },
    Fixed {
        method: "DELETE",
        path: "/api/admin/users/{id}/second-factors",
        id: "resetSecondFactors",
        access: "admin",
        tag: "Admin",
        summary: "Take a user's second factors away",
        note: "For who has lost the telephone and the recovery codes; not for oneself.",
        parameters: &["UserId"],
        faults: &[401, 403, 404],
        ..NONE
    },
];

/// Their schemas, by their names among the components.
pub(super) fn components() -> [(&'static str, Json); 7] {
    [
        ("SecondFactor", closed(factor())),
        ("SecondFactors", closed(overview())),
        ("SecondFactorsAnswer", data("SecondFactors")),
        ("Totp", closed(totp())),
        ("TotpAnswer", data("Totp")),
        ("RecoveryCodes", closed(recovery_codes())),
        ("RecoveryCodesAnswer", data("RecoveryCodes")),
    ]
}

pub(super) fn example(schema: &str) -> Option<Json> {
    let data = match schema {
        "SecondFactorsAnswer" => json!({
            "factors": [{ "id": UUID, "kind": "totp", "name": "Telephone", "created_at": TIME, "last_used_at": TIME }],
            "required": false,
            "recovery_codes": 10,
        }),
        "TotpAnswer" => json!({
            "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "uri": "otpauth://totp/Hearth:ada%40example%2Ecom?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hearth&algorithm=SHA1&digits=6&period=30",
            "qr": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 53 53\"></svg>",
        }),
        "RecoveryCodesAnswer" => {
            json!({ "recovery_codes": ["k3vq-7d2m-ptzx-h4an", "b2yd-mq6w-5ras-x7lf"] })
        }
        _ => return None,
    };
    Some(json!({ "success": true, "data": data }))
}

fn factor() -> Json {
    json!({
        "id": { "type": "string" },
        "kind": { "type": "string", "description": "`totp`: one-time codes of an app. Others may come." },
        "name": { "type": ["string", "null"], "description": "What the user calls it." },
        "created_at": { "type": "string", "format": "date-time" },
        "last_used_at": { "type": ["string", "null"], "format": "date-time" },
    })
}

fn overview() -> Json {
    let factor = reference("schemas", "SecondFactor");
    json!({
        "factors": { "type": "array", "items": factor },
        "required": { "type": "boolean", "description": "Whether the user's role must have one (`auth.second_factor`)." },
        "recovery_codes": { "type": "integer", "format": "int64", "description": "How many are left." },
    })
}

fn totp() -> Json {
    json!({
        "secret": { "type": "string", "description": "To be typed into the app: base32." },
        "uri": { "type": "string", "description": "The same with all that the app has to know: `otpauth://totp/…`." },
        "qr": { "type": "string", "description": "The same as a QR code: SVG." },
    })
}

fn recovery_codes() -> Json {
    json!({
        "recovery_codes": {
            "type": "array",
            "items": { "type": "string" },
            "description": "Each works once, in place of a code. They are not shown again.",
        },
    })
}
