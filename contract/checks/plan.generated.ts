// @ts-nocheck: generated from contract/plan.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const plan = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"plan","$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["schemaVersion","suite","title","scale","notComparable","margins","columns","rows","cells","trials"],"properties":{"schemaVersion":{"const":1},"suite":{"$ref":"#/definitions/text"},"title":{"$ref":"#/definitions/text"},"task":{"enum":["classification","detection","segmentation"]},"scale":{"enum":["paper","proxy","own","smoke"]},"notComparable":{"$ref":"#/definitions/textOrNull"},"margins":{"type":"object","additionalProperties":{"type":"number"}},"registeredSeeds":{"type":"array","items":{"type":"integer","minimum":0},"minItems":1},"claims":{"type":"array","items":{"type":"object","required":["title","row","over","metric","columns","by"],"properties":{"title":{"$ref":"#/definitions/text"},"row":{"$ref":"#/definitions/text"},"over":{"$ref":"#/definitions/text"},"metric":{"$ref":"#/definitions/text"},"columns":{"type":"array","items":{"$ref":"#/definitions/text"}},"by":{"type":"number"}}}},"asked":{"type":"object","required":["folder","suite","options"],"properties":{"folder":{"$ref":"#/definitions/text"},"suite":{"$ref":"#/definitions/text"},"options":{"type":"array","items":{"$ref":"#/definitions/text"},"maxItems":100},"ownKinds":{"type":"array","items":{"$ref":"#/definitions/ownFile"},"maxItems":1000}},"additionalProperties":false},"columns":{"type":"array","items":{"type":"object","required":["id","student"],"properties":{"id":{"$ref":"#/definitions/text"},"teacher":{"$ref":"#/definitions/textOrNull"},"student":{"$ref":"#/definitions/text"},"released":{"type":"object","required":["release","sha256","missing","score"],"properties":{"release":{"$ref":"#/definitions/text"},"sha256":{"$ref":"#/definitions/textOrNull"},"missing":{"$ref":"#/definitions/textOrNull"},"unfit":{"$ref":"#/definitions/textOrNull"},"score":{"type":["object","null"],"required":["value","metric"],"properties":{"value":{"type":"number"},"metric":{"$ref":"#/definitions/text"}}}}}}}},"rows":{"type":"array","items":{"type":"object","required":["name","method"],"properties":{"name":{"$ref":"#/definitions/text"},"method":{"$ref":"#/definitions/text"}}}},"cells":{"type":"array","items":{"type":"object","required":["id","row","method","column","metric","published","noReference","trials","notRun"],"properties":{"id":{"$ref":"#/definitions/text"},"row":{"$ref":"#/definitions/text"},"method":{"$ref":"#/definitions/text"},"column":{"$ref":"#/definitions/text"},"metric":{"$ref":"#/definitions/text"},"published":{"type":["object","null"],"required":["table","row","column"],"properties":{"table":{"$ref":"#/definitions/text"},"row":{"$ref":"#/definitions/text"},"column":{"$ref":"#/definitions/text"}}},"noReference":{"$ref":"#/definitions/textOrNull"},"notComparable":{"$ref":"#/definitions/textOrNull"},"trials":{"type":"array","items":{"$ref":"#/definitions/trial"}},"notRun":{"$ref":"#/definitions/textOrNull"}}}},"trials":{"type":"array","items":{"type":"object","required":["id","spec","after","gate","steps"],"properties":{"id":{"$ref":"#/definitions/trial"},"spec":{"$ref":"#/definitions/spec"},"after":{"type":"array","items":{"$ref":"#/definitions/trial"}},"gate":{"type":["number","null"]},"steps":{"$ref":"#/definitions/count"},"timeoutMinutes":{"type":"number"}}}}},"title":"A plan, as commands leave it in a workspace","description":"What readers of a plan rely on. A plan of an older Redistill may lack the task and the comparability of its cells.","definitions":{"count":{"type":"integer","minimum":0,"maximum":9007199254740991},"small":{"type":"integer","minimum":0,"maximum":2147483647},"spec":{"type":"object","required":["implementation","task","scale","role","model","method","teacher","recipe","data","seed"],"properties":{"implementation":{"enum":["redistill","official","external"]},"task":{"enum":["classification","detection","segmentation"]},"scale":{"enum":["paper","proxy","own","smoke"]},"role":{"enum":["teacher","student"]},"model":{"$ref":"#/definitions/text"},"method":{"$ref":"#/definitions/text"},"teacher":{"type":["object","null"],"required":["kind","model"],"properties":{"kind":{"enum":["trial","checkpoint","unrecorded"]},"model":{"$ref":"#/definitions/text"}},"allOf":[{"if":{"properties":{"kind":{"const":"trial"}}},"then":{"required":["trial"],"properties":{"trial":{"$ref":"#/definitions/text"}}}},{"if":{"properties":{"kind":{"const":"checkpoint"}}},"then":{"required":["sha256"],"properties":{"sha256":{"$ref":"#/definitions/text"}}}}]},"recipe":{"type":"object","required":["name","epochs"],"properties":{"name":{"$ref":"#/definitions/text"},"epochs":{"$ref":"#/definitions/small"}}},"data":{"type":"object","required":["dataset","hash"],"properties":{"dataset":{"$ref":"#/definitions/text"},"hash":{"$ref":"#/definitions/text"}}},"seed":{"$ref":"#/definitions/count"}}},"text":{"type":"string","maxLength":65536},"textOrNull":{"type":["string","null"],"maxLength":65536},"trial":{"type":"string","pattern":"^[0-9a-f]{16}$"},"ownFile":{"type":"object","required":["file","sha256","kinds","commit","dirty"],"properties":{"file":{"type":"string","maxLength":4096},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"kinds":{"type":"array","items":{"type":"string","maxLength":4096},"maxItems":1000},"commit":{"type":["string","null"]},"dirty":{"type":"boolean"}}}}};
const schema12 = {"type":"string","maxLength":65536};
const schema14 = {"type":["string","null"],"maxLength":65536};
const schema23 = {"type":"object","required":["file","sha256","kinds","commit","dirty"],"properties":{"file":{"type":"string","maxLength":4096},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"kinds":{"type":"array","items":{"type":"string","maxLength":4096},"maxItems":1000},"commit":{"type":["string","null"]},"dirty":{"type":"boolean"}}};
const schema44 = {"type":"string","pattern":"^[0-9a-f]{16}$"};
const schema57 = {"type":"integer","minimum":0,"maximum":9007199254740991};
const pattern0 = new RegExp("^[0-9a-f]{64}$", "u");
const pattern1 = new RegExp("^[0-9a-f]{16}$", "u");
const schema47 = {"type":"object","required":["implementation","task","scale","role","model","method","teacher","recipe","data","seed"],"properties":{"implementation":{"enum":["redistill","official","external"]},"task":{"enum":["classification","detection","segmentation"]},"scale":{"enum":["paper","proxy","own","smoke"]},"role":{"enum":["teacher","student"]},"model":{"$ref":"#/definitions/text"},"method":{"$ref":"#/definitions/text"},"teacher":{"type":["object","null"],"required":["kind","model"],"properties":{"kind":{"enum":["trial","checkpoint","unrecorded"]},"model":{"$ref":"#/definitions/text"}},"allOf":[{"if":{"properties":{"kind":{"const":"trial"}}},"then":{"required":["trial"],"properties":{"trial":{"$ref":"#/definitions/text"}}}},{"if":{"properties":{"kind":{"const":"checkpoint"}}},"then":{"required":["sha256"],"properties":{"sha256":{"$ref":"#/definitions/text"}}}}]},"recipe":{"type":"object","required":["name","epochs"],"properties":{"name":{"$ref":"#/definitions/text"},"epochs":{"$ref":"#/definitions/small"}}},"data":{"type":"object","required":["dataset","hash"],"properties":{"dataset":{"$ref":"#/definitions/text"},"hash":{"$ref":"#/definitions/text"}}},"seed":{"$ref":"#/definitions/count"}}};
const schema54 = {"type":"integer","minimum":0,"maximum":2147483647};

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((data.implementation === undefined) && (missing0 = "implementation")) || ((data.task === undefined) && (missing0 = "task"))) || ((data.scale === undefined) && (missing0 = "scale"))) || ((data.role === undefined) && (missing0 = "role"))) || ((data.model === undefined) && (missing0 = "model"))) || ((data.method === undefined) && (missing0 = "method"))) || ((data.teacher === undefined) && (missing0 = "teacher"))) || ((data.recipe === undefined) && (missing0 = "recipe"))) || ((data.data === undefined) && (missing0 = "data"))) || ((data.seed === undefined) && (missing0 = "seed"))){
validate11.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema47.required,parentSchema:schema47,data}];
return false;
}
else {
if(data.implementation !== undefined){
let data0 = data.implementation;
const _errs1 = errors;
if(!(((data0 === "redistill") || (data0 === "official")) || (data0 === "external"))){
validate11.errors = [{instancePath:instancePath+"/implementation",schemaPath:"#/properties/implementation/enum",keyword:"enum",params:{allowedValues: schema47.properties.implementation.enum},message:"must be equal to one of the allowed values",schema:schema47.properties.implementation.enum,parentSchema:schema47.properties.implementation,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.task !== undefined){
let data1 = data.task;
const _errs2 = errors;
if(!(((data1 === "classification") || (data1 === "detection")) || (data1 === "segmentation"))){
validate11.errors = [{instancePath:instancePath+"/task",schemaPath:"#/properties/task/enum",keyword:"enum",params:{allowedValues: schema47.properties.task.enum},message:"must be equal to one of the allowed values",schema:schema47.properties.task.enum,parentSchema:schema47.properties.task,data:data1}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scale !== undefined){
let data2 = data.scale;
const _errs3 = errors;
if(!((((data2 === "paper") || (data2 === "proxy")) || (data2 === "own")) || (data2 === "smoke"))){
validate11.errors = [{instancePath:instancePath+"/scale",schemaPath:"#/properties/scale/enum",keyword:"enum",params:{allowedValues: schema47.properties.scale.enum},message:"must be equal to one of the allowed values",schema:schema47.properties.scale.enum,parentSchema:schema47.properties.scale,data:data2}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.role !== undefined){
let data3 = data.role;
const _errs4 = errors;
if(!((data3 === "teacher") || (data3 === "student"))){
validate11.errors = [{instancePath:instancePath+"/role",schemaPath:"#/properties/role/enum",keyword:"enum",params:{allowedValues: schema47.properties.role.enum},message:"must be equal to one of the allowed values",schema:schema47.properties.role.enum,parentSchema:schema47.properties.role,data:data3}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.model !== undefined){
let data4 = data.model;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data4 === "string"){
if(data4.length > 65536){
validate11.errors = [{instancePath:instancePath+"/model",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data4}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/model",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data4}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.method !== undefined){
let data5 = data.method;
const _errs8 = errors;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data5 === "string"){
if(data5.length > 65536){
validate11.errors = [{instancePath:instancePath+"/method",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data5}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/method",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data5}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.teacher !== undefined){
let data6 = data.teacher;
const _errs11 = errors;
if((!(data6 && typeof data6 == "object" && !Array.isArray(data6))) && (data6 !== null)){
validate11.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/type",keyword:"type",params:{type: schema47.properties.teacher.type},message:"must be object,null",schema:schema47.properties.teacher.type,parentSchema:schema47.properties.teacher,data:data6}];
return false;
}
const _errs13 = errors;
const _errs14 = errors;
let valid4 = true;
const _errs15 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.kind !== undefined){
if("trial" !== data6.kind){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
var _valid0 = _errs15 === errors;
errors = _errs14;
if(vErrors !== null){
if(_errs14){
vErrors.length = _errs14;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs17 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((data6.trial === undefined) && (missing1 = "trial")){
validate11.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/0/then/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema47.properties.teacher.allOf[0].then.required,parentSchema:schema47.properties.teacher.allOf[0].then,data:data6}];
return false;
}
else {
if(data6.trial !== undefined){
let data8 = data6.trial;
const _errs19 = errors;
if(errors === _errs19){
if(typeof data8 === "string"){
if(data8.length > 65536){
validate11.errors = [{instancePath:instancePath+"/teacher/trial",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data8}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/teacher/trial",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data8}];
return false;
}
}
}
}
}
var _valid0 = _errs17 === errors;
valid4 = _valid0;
}
if(!valid4){
const err1 = {instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema47.properties.teacher.allOf[0].if,parentSchema:schema47.properties.teacher.allOf[0],data:data6};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid3 = _errs13 === errors;
if(valid3){
const _errs21 = errors;
const _errs22 = errors;
let valid8 = true;
const _errs23 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.kind !== undefined){
if("checkpoint" !== data6.kind){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
var _valid1 = _errs23 === errors;
errors = _errs22;
if(vErrors !== null){
if(_errs22){
vErrors.length = _errs22;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs25 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((data6.sha256 === undefined) && (missing2 = "sha256")){
validate11.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/1/then/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema47.properties.teacher.allOf[1].then.required,parentSchema:schema47.properties.teacher.allOf[1].then,data:data6}];
return false;
}
else {
if(data6.sha256 !== undefined){
let data10 = data6.sha256;
const _errs27 = errors;
if(errors === _errs27){
if(typeof data10 === "string"){
if(data10.length > 65536){
validate11.errors = [{instancePath:instancePath+"/teacher/sha256",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data10}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/teacher/sha256",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data10}];
return false;
}
}
}
}
}
var _valid1 = _errs25 === errors;
valid8 = _valid1;
}
if(!valid8){
const err3 = {instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema47.properties.teacher.allOf[1].if,parentSchema:schema47.properties.teacher.allOf[1],data:data6};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid3 = _errs21 === errors;
}
if(errors === _errs11){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing3;
if(((data6.kind === undefined) && (missing3 = "kind")) || ((data6.model === undefined) && (missing3 = "model"))){
validate11.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema47.properties.teacher.required,parentSchema:schema47.properties.teacher,data:data6}];
return false;
}
else {
if(data6.kind !== undefined){
let data11 = data6.kind;
const _errs29 = errors;
if(!(((data11 === "trial") || (data11 === "checkpoint")) || (data11 === "unrecorded"))){
validate11.errors = [{instancePath:instancePath+"/teacher/kind",schemaPath:"#/properties/teacher/properties/kind/enum",keyword:"enum",params:{allowedValues: schema47.properties.teacher.properties.kind.enum},message:"must be equal to one of the allowed values",schema:schema47.properties.teacher.properties.kind.enum,parentSchema:schema47.properties.teacher.properties.kind,data:data11}];
return false;
}
var valid12 = _errs29 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data6.model !== undefined){
let data12 = data6.model;
const _errs30 = errors;
const _errs31 = errors;
if(errors === _errs31){
if(typeof data12 === "string"){
if(data12.length > 65536){
validate11.errors = [{instancePath:instancePath+"/teacher/model",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data12}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/teacher/model",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data12}];
return false;
}
}
var valid12 = _errs30 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.recipe !== undefined){
let data13 = data.recipe;
const _errs33 = errors;
if(errors === _errs33){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
let missing4;
if(((data13.name === undefined) && (missing4 = "name")) || ((data13.epochs === undefined) && (missing4 = "epochs"))){
validate11.errors = [{instancePath:instancePath+"/recipe",schemaPath:"#/properties/recipe/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema47.properties.recipe.required,parentSchema:schema47.properties.recipe,data:data13}];
return false;
}
else {
if(data13.name !== undefined){
let data14 = data13.name;
const _errs35 = errors;
const _errs36 = errors;
if(errors === _errs36){
if(typeof data14 === "string"){
if(data14.length > 65536){
validate11.errors = [{instancePath:instancePath+"/recipe/name",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data14}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/recipe/name",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data14}];
return false;
}
}
var valid14 = _errs35 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data13.epochs !== undefined){
let data15 = data13.epochs;
const _errs38 = errors;
const _errs39 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate11.errors = [{instancePath:instancePath+"/recipe/epochs",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema54.type,parentSchema:schema54,data:data15}];
return false;
}
if(errors === _errs39){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 2147483647 || isNaN(data15)){
validate11.errors = [{instancePath:instancePath+"/recipe/epochs",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema54,data:data15}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate11.errors = [{instancePath:instancePath+"/recipe/epochs",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema54,data:data15}];
return false;
}
}
}
}
var valid14 = _errs38 === errors;
}
else {
var valid14 = true;
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/recipe",schemaPath:"#/properties/recipe/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.properties.recipe.type,parentSchema:schema47.properties.recipe,data:data13}];
return false;
}
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.data !== undefined){
let data16 = data.data;
const _errs41 = errors;
if(errors === _errs41){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing5;
if(((data16.dataset === undefined) && (missing5 = "dataset")) || ((data16.hash === undefined) && (missing5 = "hash"))){
validate11.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'",schema:schema47.properties.data.required,parentSchema:schema47.properties.data,data:data16}];
return false;
}
else {
if(data16.dataset !== undefined){
let data17 = data16.dataset;
const _errs43 = errors;
const _errs44 = errors;
if(errors === _errs44){
if(typeof data17 === "string"){
if(data17.length > 65536){
validate11.errors = [{instancePath:instancePath+"/data/dataset",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data17}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/data/dataset",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data17}];
return false;
}
}
var valid17 = _errs43 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data16.hash !== undefined){
let data18 = data16.hash;
const _errs46 = errors;
const _errs47 = errors;
if(errors === _errs47){
if(typeof data18 === "string"){
if(data18.length > 65536){
validate11.errors = [{instancePath:instancePath+"/data/hash",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data18}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/data/hash",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data18}];
return false;
}
}
var valid17 = _errs46 === errors;
}
else {
var valid17 = true;
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.properties.data.type,parentSchema:schema47.properties.data,data:data16}];
return false;
}
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seed !== undefined){
let data19 = data.seed;
const _errs49 = errors;
const _errs50 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate11.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema57.type,parentSchema:schema57,data:data19}];
return false;
}
if(errors === _errs50){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 9007199254740991 || isNaN(data19)){
validate11.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema57,data:data19}];
return false;
}
else {
if(data19 < 0 || isNaN(data19)){
validate11.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema57,data:data19}];
return false;
}
}
}
}
var valid0 = _errs49 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.type,parentSchema:schema47,data}];
return false;
}
}
validate11.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="plan" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.suite === undefined) && (missing0 = "suite"))) || ((data.title === undefined) && (missing0 = "title"))) || ((data.scale === undefined) && (missing0 = "scale"))) || ((data.notComparable === undefined) && (missing0 = "notComparable"))) || ((data.margins === undefined) && (missing0 = "margins"))) || ((data.columns === undefined) && (missing0 = "columns"))) || ((data.rows === undefined) && (missing0 = "rows"))) || ((data.cells === undefined) && (missing0 = "cells"))) || ((data.trials === undefined) && (missing0 = "trials"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema11.required,parentSchema:schema11,data}];
return false;
}
else {
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs1 = errors;
if(1 !== data0){
validate10.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suite !== undefined){
let data1 = data.suite;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(data1.length > 65536){
validate10.errors = [{instancePath:instancePath+"/suite",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data1}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/suite",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data1}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.title !== undefined){
let data2 = data.title;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data2 === "string"){
if(data2.length > 65536){
validate10.errors = [{instancePath:instancePath+"/title",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data2}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/title",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data2}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.task !== undefined){
let data3 = data.task;
const _errs8 = errors;
if(!(((data3 === "classification") || (data3 === "detection")) || (data3 === "segmentation"))){
validate10.errors = [{instancePath:instancePath+"/task",schemaPath:"#/properties/task/enum",keyword:"enum",params:{allowedValues: schema11.properties.task.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.task.enum,parentSchema:schema11.properties.task,data:data3}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scale !== undefined){
let data4 = data.scale;
const _errs9 = errors;
if(!((((data4 === "paper") || (data4 === "proxy")) || (data4 === "own")) || (data4 === "smoke"))){
validate10.errors = [{instancePath:instancePath+"/scale",schemaPath:"#/properties/scale/enum",keyword:"enum",params:{allowedValues: schema11.properties.scale.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.scale.enum,parentSchema:schema11.properties.scale,data:data4}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.notComparable !== undefined){
let data5 = data.notComparable;
const _errs10 = errors;
const _errs11 = errors;
if((typeof data5 !== "string") && (data5 !== null)){
validate10.errors = [{instancePath:instancePath+"/notComparable",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data5}];
return false;
}
if(errors === _errs11){
if(typeof data5 === "string"){
if(data5.length > 65536){
validate10.errors = [{instancePath:instancePath+"/notComparable",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data5}];
return false;
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.margins !== undefined){
let data6 = data.margins;
const _errs13 = errors;
if(errors === _errs13){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key0 in data6){
let data7 = data6[key0];
const _errs16 = errors;
if(!((typeof data7 == "number") && (isFinite(data7)))){
validate10.errors = [{instancePath:instancePath+"/margins/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/margins/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.margins.additionalProperties.type,parentSchema:schema11.properties.margins.additionalProperties,data:data7}];
return false;
}
var valid4 = _errs16 === errors;
if(!valid4){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/margins",schemaPath:"#/properties/margins/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.margins.type,parentSchema:schema11.properties.margins,data:data6}];
return false;
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.registeredSeeds !== undefined){
let data8 = data.registeredSeeds;
const _errs18 = errors;
if(errors === _errs18){
if(Array.isArray(data8)){
if(data8.length < 1){
validate10.errors = [{instancePath:instancePath+"/registeredSeeds",schemaPath:"#/properties/registeredSeeds/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.registeredSeeds,data:data8}];
return false;
}
else {
var valid5 = true;
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
let data9 = data8[i0];
const _errs20 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate10.errors = [{instancePath:instancePath+"/registeredSeeds/" + i0,schemaPath:"#/properties/registeredSeeds/items/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.registeredSeeds.items.type,parentSchema:schema11.properties.registeredSeeds.items,data:data9}];
return false;
}
if(errors === _errs20){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 0 || isNaN(data9)){
validate10.errors = [{instancePath:instancePath+"/registeredSeeds/" + i0,schemaPath:"#/properties/registeredSeeds/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.registeredSeeds.items,data:data9}];
return false;
}
}
}
var valid5 = _errs20 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/registeredSeeds",schemaPath:"#/properties/registeredSeeds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.registeredSeeds.type,parentSchema:schema11.properties.registeredSeeds,data:data8}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.claims !== undefined){
let data10 = data.claims;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data10)){
var valid6 = true;
const len1 = data10.length;
for(let i1=0; i1<len1; i1++){
let data11 = data10[i1];
const _errs24 = errors;
if(errors === _errs24){
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
let missing1;
if(((((((data11.title === undefined) && (missing1 = "title")) || ((data11.row === undefined) && (missing1 = "row"))) || ((data11.over === undefined) && (missing1 = "over"))) || ((data11.metric === undefined) && (missing1 = "metric"))) || ((data11.columns === undefined) && (missing1 = "columns"))) || ((data11.by === undefined) && (missing1 = "by"))){
validate10.errors = [{instancePath:instancePath+"/claims/" + i1,schemaPath:"#/properties/claims/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema11.properties.claims.items.required,parentSchema:schema11.properties.claims.items,data:data11}];
return false;
}
else {
if(data11.title !== undefined){
let data12 = data11.title;
const _errs26 = errors;
const _errs27 = errors;
if(errors === _errs27){
if(typeof data12 === "string"){
if(data12.length > 65536){
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/title",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data12}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/title",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data12}];
return false;
}
}
var valid7 = _errs26 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.row !== undefined){
let data13 = data11.row;
const _errs29 = errors;
const _errs30 = errors;
if(errors === _errs30){
if(typeof data13 === "string"){
if(data13.length > 65536){
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/row",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data13}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/row",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data13}];
return false;
}
}
var valid7 = _errs29 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.over !== undefined){
let data14 = data11.over;
const _errs32 = errors;
const _errs33 = errors;
if(errors === _errs33){
if(typeof data14 === "string"){
if(data14.length > 65536){
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/over",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data14}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/over",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data14}];
return false;
}
}
var valid7 = _errs32 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.metric !== undefined){
let data15 = data11.metric;
const _errs35 = errors;
const _errs36 = errors;
if(errors === _errs36){
if(typeof data15 === "string"){
if(data15.length > 65536){
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/metric",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data15}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/metric",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data15}];
return false;
}
}
var valid7 = _errs35 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.columns !== undefined){
let data16 = data11.columns;
const _errs38 = errors;
if(errors === _errs38){
if(Array.isArray(data16)){
var valid12 = true;
const len2 = data16.length;
for(let i2=0; i2<len2; i2++){
let data17 = data16[i2];
const _errs40 = errors;
const _errs41 = errors;
if(errors === _errs41){
if(typeof data17 === "string"){
if(data17.length > 65536){
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/columns/" + i2,schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data17}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/columns/" + i2,schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data17}];
return false;
}
}
var valid12 = _errs40 === errors;
if(!valid12){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/columns",schemaPath:"#/properties/claims/items/properties/columns/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.claims.items.properties.columns.type,parentSchema:schema11.properties.claims.items.properties.columns,data:data16}];
return false;
}
}
var valid7 = _errs38 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.by !== undefined){
let data18 = data11.by;
const _errs43 = errors;
if(!((typeof data18 == "number") && (isFinite(data18)))){
validate10.errors = [{instancePath:instancePath+"/claims/" + i1+"/by",schemaPath:"#/properties/claims/items/properties/by/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.claims.items.properties.by.type,parentSchema:schema11.properties.claims.items.properties.by,data:data18}];
return false;
}
var valid7 = _errs43 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims/" + i1,schemaPath:"#/properties/claims/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.claims.items.type,parentSchema:schema11.properties.claims.items,data:data11}];
return false;
}
}
var valid6 = _errs24 === errors;
if(!valid6){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/claims",schemaPath:"#/properties/claims/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.claims.type,parentSchema:schema11.properties.claims,data:data10}];
return false;
}
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.asked !== undefined){
let data19 = data.asked;
const _errs45 = errors;
if(errors === _errs45){
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
let missing2;
if((((data19.folder === undefined) && (missing2 = "folder")) || ((data19.suite === undefined) && (missing2 = "suite"))) || ((data19.options === undefined) && (missing2 = "options"))){
validate10.errors = [{instancePath:instancePath+"/asked",schemaPath:"#/properties/asked/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema11.properties.asked.required,parentSchema:schema11.properties.asked,data:data19}];
return false;
}
else {
const _errs47 = errors;
for(const key1 in data19){
if(!((((key1 === "folder") || (key1 === "suite")) || (key1 === "options")) || (key1 === "ownKinds"))){
validate10.errors = [{instancePath:instancePath+"/asked",schemaPath:"#/properties/asked/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.asked,data:data19}];
return false;
break;
}
}
if(_errs47 === errors){
if(data19.folder !== undefined){
let data20 = data19.folder;
const _errs48 = errors;
const _errs49 = errors;
if(errors === _errs49){
if(typeof data20 === "string"){
if(data20.length > 65536){
validate10.errors = [{instancePath:instancePath+"/asked/folder",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data20}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/folder",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data20}];
return false;
}
}
var valid14 = _errs48 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data19.suite !== undefined){
let data21 = data19.suite;
const _errs51 = errors;
const _errs52 = errors;
if(errors === _errs52){
if(typeof data21 === "string"){
if(data21.length > 65536){
validate10.errors = [{instancePath:instancePath+"/asked/suite",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data21}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/suite",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data21}];
return false;
}
}
var valid14 = _errs51 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data19.options !== undefined){
let data22 = data19.options;
const _errs54 = errors;
if(errors === _errs54){
if(Array.isArray(data22)){
if(data22.length > 100){
validate10.errors = [{instancePath:instancePath+"/asked/options",schemaPath:"#/properties/asked/properties/options/maxItems",keyword:"maxItems",params:{limit: 100},message:"must NOT have more than 100 items",schema:100,parentSchema:schema11.properties.asked.properties.options,data:data22}];
return false;
}
else {
var valid17 = true;
const len3 = data22.length;
for(let i3=0; i3<len3; i3++){
let data23 = data22[i3];
const _errs56 = errors;
const _errs57 = errors;
if(errors === _errs57){
if(typeof data23 === "string"){
if(data23.length > 65536){
validate10.errors = [{instancePath:instancePath+"/asked/options/" + i3,schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data23}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/options/" + i3,schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data23}];
return false;
}
}
var valid17 = _errs56 === errors;
if(!valid17){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/options",schemaPath:"#/properties/asked/properties/options/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.asked.properties.options.type,parentSchema:schema11.properties.asked.properties.options,data:data22}];
return false;
}
}
var valid14 = _errs54 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data19.ownKinds !== undefined){
let data24 = data19.ownKinds;
const _errs59 = errors;
if(errors === _errs59){
if(Array.isArray(data24)){
if(data24.length > 1000){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds",schemaPath:"#/properties/asked/properties/ownKinds/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items",schema:1000,parentSchema:schema11.properties.asked.properties.ownKinds,data:data24}];
return false;
}
else {
var valid19 = true;
const len4 = data24.length;
for(let i4=0; i4<len4; i4++){
let data25 = data24[i4];
const _errs61 = errors;
const _errs62 = errors;
if(errors === _errs62){
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
let missing3;
if((((((data25.file === undefined) && (missing3 = "file")) || ((data25.sha256 === undefined) && (missing3 = "sha256"))) || ((data25.kinds === undefined) && (missing3 = "kinds"))) || ((data25.commit === undefined) && (missing3 = "commit"))) || ((data25.dirty === undefined) && (missing3 = "dirty"))){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4,schemaPath:"#/definitions/ownFile/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema23.required,parentSchema:schema23,data:data25}];
return false;
}
else {
if(data25.file !== undefined){
let data26 = data25.file;
const _errs64 = errors;
if(errors === _errs64){
if(typeof data26 === "string"){
if(data26.length > 4096){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/file",schemaPath:"#/definitions/ownFile/properties/file/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema23.properties.file,data:data26}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/file",schemaPath:"#/definitions/ownFile/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.file.type,parentSchema:schema23.properties.file,data:data26}];
return false;
}
}
var valid21 = _errs64 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data25.sha256 !== undefined){
let data27 = data25.sha256;
const _errs66 = errors;
if(errors === _errs66){
if(typeof data27 === "string"){
if(!pattern0.test(data27)){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/sha256",schemaPath:"#/definitions/ownFile/properties/sha256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema23.properties.sha256,data:data27}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/sha256",schemaPath:"#/definitions/ownFile/properties/sha256/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.sha256.type,parentSchema:schema23.properties.sha256,data:data27}];
return false;
}
}
var valid21 = _errs66 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data25.kinds !== undefined){
let data28 = data25.kinds;
const _errs68 = errors;
if(errors === _errs68){
if(Array.isArray(data28)){
if(data28.length > 1000){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/kinds",schemaPath:"#/definitions/ownFile/properties/kinds/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items",schema:1000,parentSchema:schema23.properties.kinds,data:data28}];
return false;
}
else {
var valid22 = true;
const len5 = data28.length;
for(let i5=0; i5<len5; i5++){
let data29 = data28[i5];
const _errs70 = errors;
if(errors === _errs70){
if(typeof data29 === "string"){
if(data29.length > 4096){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/kinds/" + i5,schemaPath:"#/definitions/ownFile/properties/kinds/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema23.properties.kinds.items,data:data29}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/kinds/" + i5,schemaPath:"#/definitions/ownFile/properties/kinds/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.kinds.items.type,parentSchema:schema23.properties.kinds.items,data:data29}];
return false;
}
}
var valid22 = _errs70 === errors;
if(!valid22){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/kinds",schemaPath:"#/definitions/ownFile/properties/kinds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.properties.kinds.type,parentSchema:schema23.properties.kinds,data:data28}];
return false;
}
}
var valid21 = _errs68 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data25.commit !== undefined){
let data30 = data25.commit;
const _errs72 = errors;
if((typeof data30 !== "string") && (data30 !== null)){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/commit",schemaPath:"#/definitions/ownFile/properties/commit/type",keyword:"type",params:{type: schema23.properties.commit.type},message:"must be string,null",schema:schema23.properties.commit.type,parentSchema:schema23.properties.commit,data:data30}];
return false;
}
var valid21 = _errs72 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data25.dirty !== undefined){
let data31 = data25.dirty;
const _errs74 = errors;
if(typeof data31 !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4+"/dirty",schemaPath:"#/definitions/ownFile/properties/dirty/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema23.properties.dirty.type,parentSchema:schema23.properties.dirty,data:data31}];
return false;
}
var valid21 = _errs74 === errors;
}
else {
var valid21 = true;
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds/" + i4,schemaPath:"#/definitions/ownFile/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.type,parentSchema:schema23,data:data25}];
return false;
}
}
var valid19 = _errs61 === errors;
if(!valid19){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked/ownKinds",schemaPath:"#/properties/asked/properties/ownKinds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.asked.properties.ownKinds.type,parentSchema:schema11.properties.asked.properties.ownKinds,data:data24}];
return false;
}
}
var valid14 = _errs59 === errors;
}
else {
var valid14 = true;
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/asked",schemaPath:"#/properties/asked/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.asked.type,parentSchema:schema11.properties.asked,data:data19}];
return false;
}
}
var valid0 = _errs45 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.columns !== undefined){
let data32 = data.columns;
const _errs76 = errors;
if(errors === _errs76){
if(Array.isArray(data32)){
var valid23 = true;
const len6 = data32.length;
for(let i6=0; i6<len6; i6++){
let data33 = data32[i6];
const _errs78 = errors;
if(errors === _errs78){
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
let missing4;
if(((data33.id === undefined) && (missing4 = "id")) || ((data33.student === undefined) && (missing4 = "student"))){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6,schemaPath:"#/properties/columns/items/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema11.properties.columns.items.required,parentSchema:schema11.properties.columns.items,data:data33}];
return false;
}
else {
if(data33.id !== undefined){
let data34 = data33.id;
const _errs80 = errors;
const _errs81 = errors;
if(errors === _errs81){
if(typeof data34 === "string"){
if(data34.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/id",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data34}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/id",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data34}];
return false;
}
}
var valid24 = _errs80 === errors;
}
else {
var valid24 = true;
}
if(valid24){
if(data33.teacher !== undefined){
let data35 = data33.teacher;
const _errs83 = errors;
const _errs84 = errors;
if((typeof data35 !== "string") && (data35 !== null)){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/teacher",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data35}];
return false;
}
if(errors === _errs84){
if(typeof data35 === "string"){
if(data35.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/teacher",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data35}];
return false;
}
}
}
var valid24 = _errs83 === errors;
}
else {
var valid24 = true;
}
if(valid24){
if(data33.student !== undefined){
let data36 = data33.student;
const _errs86 = errors;
const _errs87 = errors;
if(errors === _errs87){
if(typeof data36 === "string"){
if(data36.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/student",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data36}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/student",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data36}];
return false;
}
}
var valid24 = _errs86 === errors;
}
else {
var valid24 = true;
}
if(valid24){
if(data33.released !== undefined){
let data37 = data33.released;
const _errs89 = errors;
if(errors === _errs89){
if(data37 && typeof data37 == "object" && !Array.isArray(data37)){
let missing5;
if(((((data37.release === undefined) && (missing5 = "release")) || ((data37.sha256 === undefined) && (missing5 = "sha256"))) || ((data37.missing === undefined) && (missing5 = "missing"))) || ((data37.score === undefined) && (missing5 = "score"))){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released",schemaPath:"#/properties/columns/items/properties/released/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'",schema:schema11.properties.columns.items.properties.released.required,parentSchema:schema11.properties.columns.items.properties.released,data:data37}];
return false;
}
else {
if(data37.release !== undefined){
let data38 = data37.release;
const _errs91 = errors;
const _errs92 = errors;
if(errors === _errs92){
if(typeof data38 === "string"){
if(data38.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/release",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data38}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/release",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data38}];
return false;
}
}
var valid28 = _errs91 === errors;
}
else {
var valid28 = true;
}
if(valid28){
if(data37.sha256 !== undefined){
let data39 = data37.sha256;
const _errs94 = errors;
const _errs95 = errors;
if((typeof data39 !== "string") && (data39 !== null)){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/sha256",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data39}];
return false;
}
if(errors === _errs95){
if(typeof data39 === "string"){
if(data39.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/sha256",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data39}];
return false;
}
}
}
var valid28 = _errs94 === errors;
}
else {
var valid28 = true;
}
if(valid28){
if(data37.missing !== undefined){
let data40 = data37.missing;
const _errs97 = errors;
const _errs98 = errors;
if((typeof data40 !== "string") && (data40 !== null)){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/missing",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data40}];
return false;
}
if(errors === _errs98){
if(typeof data40 === "string"){
if(data40.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/missing",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data40}];
return false;
}
}
}
var valid28 = _errs97 === errors;
}
else {
var valid28 = true;
}
if(valid28){
if(data37.unfit !== undefined){
let data41 = data37.unfit;
const _errs100 = errors;
const _errs101 = errors;
if((typeof data41 !== "string") && (data41 !== null)){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/unfit",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data41}];
return false;
}
if(errors === _errs101){
if(typeof data41 === "string"){
if(data41.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/unfit",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data41}];
return false;
}
}
}
var valid28 = _errs100 === errors;
}
else {
var valid28 = true;
}
if(valid28){
if(data37.score !== undefined){
let data42 = data37.score;
const _errs103 = errors;
if((!(data42 && typeof data42 == "object" && !Array.isArray(data42))) && (data42 !== null)){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/score",schemaPath:"#/properties/columns/items/properties/released/properties/score/type",keyword:"type",params:{type: schema11.properties.columns.items.properties.released.properties.score.type},message:"must be object,null",schema:schema11.properties.columns.items.properties.released.properties.score.type,parentSchema:schema11.properties.columns.items.properties.released.properties.score,data:data42}];
return false;
}
if(errors === _errs103){
if(data42 && typeof data42 == "object" && !Array.isArray(data42)){
let missing6;
if(((data42.value === undefined) && (missing6 = "value")) || ((data42.metric === undefined) && (missing6 = "metric"))){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/score",schemaPath:"#/properties/columns/items/properties/released/properties/score/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'",schema:schema11.properties.columns.items.properties.released.properties.score.required,parentSchema:schema11.properties.columns.items.properties.released.properties.score,data:data42}];
return false;
}
else {
if(data42.value !== undefined){
let data43 = data42.value;
const _errs105 = errors;
if(!((typeof data43 == "number") && (isFinite(data43)))){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/score/value",schemaPath:"#/properties/columns/items/properties/released/properties/score/properties/value/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.columns.items.properties.released.properties.score.properties.value.type,parentSchema:schema11.properties.columns.items.properties.released.properties.score.properties.value,data:data43}];
return false;
}
var valid33 = _errs105 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data42.metric !== undefined){
let data44 = data42.metric;
const _errs107 = errors;
const _errs108 = errors;
if(errors === _errs108){
if(typeof data44 === "string"){
if(data44.length > 65536){
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/score/metric",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data44}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released/score/metric",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data44}];
return false;
}
}
var valid33 = _errs107 === errors;
}
else {
var valid33 = true;
}
}
}
}
}
var valid28 = _errs103 === errors;
}
else {
var valid28 = true;
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/columns/" + i6+"/released",schemaPath:"#/properties/columns/items/properties/released/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.columns.items.properties.released.type,parentSchema:schema11.properties.columns.items.properties.released,data:data37}];
return false;
}
}
var valid24 = _errs89 === errors;
}
else {
var valid24 = true;
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/columns/" + i6,schemaPath:"#/properties/columns/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.columns.items.type,parentSchema:schema11.properties.columns.items,data:data33}];
return false;
}
}
var valid23 = _errs78 === errors;
if(!valid23){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/columns",schemaPath:"#/properties/columns/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.columns.type,parentSchema:schema11.properties.columns,data:data32}];
return false;
}
}
var valid0 = _errs76 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rows !== undefined){
let data45 = data.rows;
const _errs110 = errors;
if(errors === _errs110){
if(Array.isArray(data45)){
var valid35 = true;
const len7 = data45.length;
for(let i7=0; i7<len7; i7++){
let data46 = data45[i7];
const _errs112 = errors;
if(errors === _errs112){
if(data46 && typeof data46 == "object" && !Array.isArray(data46)){
let missing7;
if(((data46.name === undefined) && (missing7 = "name")) || ((data46.method === undefined) && (missing7 = "method"))){
validate10.errors = [{instancePath:instancePath+"/rows/" + i7,schemaPath:"#/properties/rows/items/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'",schema:schema11.properties.rows.items.required,parentSchema:schema11.properties.rows.items,data:data46}];
return false;
}
else {
if(data46.name !== undefined){
let data47 = data46.name;
const _errs114 = errors;
const _errs115 = errors;
if(errors === _errs115){
if(typeof data47 === "string"){
if(data47.length > 65536){
validate10.errors = [{instancePath:instancePath+"/rows/" + i7+"/name",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data47}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/rows/" + i7+"/name",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data47}];
return false;
}
}
var valid36 = _errs114 === errors;
}
else {
var valid36 = true;
}
if(valid36){
if(data46.method !== undefined){
let data48 = data46.method;
const _errs117 = errors;
const _errs118 = errors;
if(errors === _errs118){
if(typeof data48 === "string"){
if(data48.length > 65536){
validate10.errors = [{instancePath:instancePath+"/rows/" + i7+"/method",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data48}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/rows/" + i7+"/method",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data48}];
return false;
}
}
var valid36 = _errs117 === errors;
}
else {
var valid36 = true;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/rows/" + i7,schemaPath:"#/properties/rows/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.rows.items.type,parentSchema:schema11.properties.rows.items,data:data46}];
return false;
}
}
var valid35 = _errs112 === errors;
if(!valid35){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/rows",schemaPath:"#/properties/rows/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.rows.type,parentSchema:schema11.properties.rows,data:data45}];
return false;
}
}
var valid0 = _errs110 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cells !== undefined){
let data49 = data.cells;
const _errs120 = errors;
if(errors === _errs120){
if(Array.isArray(data49)){
var valid39 = true;
const len8 = data49.length;
for(let i8=0; i8<len8; i8++){
let data50 = data49[i8];
const _errs122 = errors;
if(errors === _errs122){
if(data50 && typeof data50 == "object" && !Array.isArray(data50)){
let missing8;
if((((((((((data50.id === undefined) && (missing8 = "id")) || ((data50.row === undefined) && (missing8 = "row"))) || ((data50.method === undefined) && (missing8 = "method"))) || ((data50.column === undefined) && (missing8 = "column"))) || ((data50.metric === undefined) && (missing8 = "metric"))) || ((data50.published === undefined) && (missing8 = "published"))) || ((data50.noReference === undefined) && (missing8 = "noReference"))) || ((data50.trials === undefined) && (missing8 = "trials"))) || ((data50.notRun === undefined) && (missing8 = "notRun"))){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8,schemaPath:"#/properties/cells/items/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'",schema:schema11.properties.cells.items.required,parentSchema:schema11.properties.cells.items,data:data50}];
return false;
}
else {
if(data50.id !== undefined){
let data51 = data50.id;
const _errs124 = errors;
const _errs125 = errors;
if(errors === _errs125){
if(typeof data51 === "string"){
if(data51.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/id",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data51}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/id",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data51}];
return false;
}
}
var valid40 = _errs124 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.row !== undefined){
let data52 = data50.row;
const _errs127 = errors;
const _errs128 = errors;
if(errors === _errs128){
if(typeof data52 === "string"){
if(data52.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/row",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data52}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/row",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data52}];
return false;
}
}
var valid40 = _errs127 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.method !== undefined){
let data53 = data50.method;
const _errs130 = errors;
const _errs131 = errors;
if(errors === _errs131){
if(typeof data53 === "string"){
if(data53.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/method",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data53}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/method",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data53}];
return false;
}
}
var valid40 = _errs130 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.column !== undefined){
let data54 = data50.column;
const _errs133 = errors;
const _errs134 = errors;
if(errors === _errs134){
if(typeof data54 === "string"){
if(data54.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/column",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data54}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/column",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data54}];
return false;
}
}
var valid40 = _errs133 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.metric !== undefined){
let data55 = data50.metric;
const _errs136 = errors;
const _errs137 = errors;
if(errors === _errs137){
if(typeof data55 === "string"){
if(data55.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/metric",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data55}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/metric",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data55}];
return false;
}
}
var valid40 = _errs136 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.published !== undefined){
let data56 = data50.published;
const _errs139 = errors;
if((!(data56 && typeof data56 == "object" && !Array.isArray(data56))) && (data56 !== null)){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published",schemaPath:"#/properties/cells/items/properties/published/type",keyword:"type",params:{type: schema11.properties.cells.items.properties.published.type},message:"must be object,null",schema:schema11.properties.cells.items.properties.published.type,parentSchema:schema11.properties.cells.items.properties.published,data:data56}];
return false;
}
if(errors === _errs139){
if(data56 && typeof data56 == "object" && !Array.isArray(data56)){
let missing9;
if((((data56.table === undefined) && (missing9 = "table")) || ((data56.row === undefined) && (missing9 = "row"))) || ((data56.column === undefined) && (missing9 = "column"))){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published",schemaPath:"#/properties/cells/items/properties/published/required",keyword:"required",params:{missingProperty: missing9},message:"must have required property '"+missing9+"'",schema:schema11.properties.cells.items.properties.published.required,parentSchema:schema11.properties.cells.items.properties.published,data:data56}];
return false;
}
else {
if(data56.table !== undefined){
let data57 = data56.table;
const _errs141 = errors;
const _errs142 = errors;
if(errors === _errs142){
if(typeof data57 === "string"){
if(data57.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published/table",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data57}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published/table",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data57}];
return false;
}
}
var valid46 = _errs141 === errors;
}
else {
var valid46 = true;
}
if(valid46){
if(data56.row !== undefined){
let data58 = data56.row;
const _errs144 = errors;
const _errs145 = errors;
if(errors === _errs145){
if(typeof data58 === "string"){
if(data58.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published/row",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data58}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published/row",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data58}];
return false;
}
}
var valid46 = _errs144 === errors;
}
else {
var valid46 = true;
}
if(valid46){
if(data56.column !== undefined){
let data59 = data56.column;
const _errs147 = errors;
const _errs148 = errors;
if(errors === _errs148){
if(typeof data59 === "string"){
if(data59.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published/column",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema12,data:data59}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/published/column",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data59}];
return false;
}
}
var valid46 = _errs147 === errors;
}
else {
var valid46 = true;
}
}
}
}
}
}
var valid40 = _errs139 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.noReference !== undefined){
let data60 = data50.noReference;
const _errs150 = errors;
const _errs151 = errors;
if((typeof data60 !== "string") && (data60 !== null)){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/noReference",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data60}];
return false;
}
if(errors === _errs151){
if(typeof data60 === "string"){
if(data60.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/noReference",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data60}];
return false;
}
}
}
var valid40 = _errs150 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.notComparable !== undefined){
let data61 = data50.notComparable;
const _errs153 = errors;
const _errs154 = errors;
if((typeof data61 !== "string") && (data61 !== null)){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/notComparable",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data61}];
return false;
}
if(errors === _errs154){
if(typeof data61 === "string"){
if(data61.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/notComparable",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data61}];
return false;
}
}
}
var valid40 = _errs153 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.trials !== undefined){
let data62 = data50.trials;
const _errs156 = errors;
if(errors === _errs156){
if(Array.isArray(data62)){
var valid52 = true;
const len9 = data62.length;
for(let i9=0; i9<len9; i9++){
let data63 = data62[i9];
const _errs158 = errors;
const _errs159 = errors;
if(errors === _errs159){
if(typeof data63 === "string"){
if(!pattern1.test(data63)){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/trials/" + i9,schemaPath:"#/definitions/trial/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{16}$"},message:"must match pattern \""+"^[0-9a-f]{16}$"+"\"",schema:"^[0-9a-f]{16}$",parentSchema:schema44,data:data63}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/trials/" + i9,schemaPath:"#/definitions/trial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.type,parentSchema:schema44,data:data63}];
return false;
}
}
var valid52 = _errs158 === errors;
if(!valid52){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/trials",schemaPath:"#/properties/cells/items/properties/trials/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.cells.items.properties.trials.type,parentSchema:schema11.properties.cells.items.properties.trials,data:data62}];
return false;
}
}
var valid40 = _errs156 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data50.notRun !== undefined){
let data64 = data50.notRun;
const _errs161 = errors;
const _errs162 = errors;
if((typeof data64 !== "string") && (data64 !== null)){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/notRun",schemaPath:"#/definitions/textOrNull/type",keyword:"type",params:{type: schema14.type},message:"must be string,null",schema:schema14.type,parentSchema:schema14,data:data64}];
return false;
}
if(errors === _errs162){
if(typeof data64 === "string"){
if(data64.length > 65536){
validate10.errors = [{instancePath:instancePath+"/cells/" + i8+"/notRun",schemaPath:"#/definitions/textOrNull/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema14,data:data64}];
return false;
}
}
}
var valid40 = _errs161 === errors;
}
else {
var valid40 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i8,schemaPath:"#/properties/cells/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.cells.items.type,parentSchema:schema11.properties.cells.items,data:data50}];
return false;
}
}
var valid39 = _errs122 === errors;
if(!valid39){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells",schemaPath:"#/properties/cells/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.cells.type,parentSchema:schema11.properties.cells,data:data49}];
return false;
}
}
var valid0 = _errs120 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trials !== undefined){
let data65 = data.trials;
const _errs164 = errors;
if(errors === _errs164){
if(Array.isArray(data65)){
var valid55 = true;
const len10 = data65.length;
for(let i10=0; i10<len10; i10++){
let data66 = data65[i10];
const _errs166 = errors;
if(errors === _errs166){
if(data66 && typeof data66 == "object" && !Array.isArray(data66)){
let missing10;
if((((((data66.id === undefined) && (missing10 = "id")) || ((data66.spec === undefined) && (missing10 = "spec"))) || ((data66.after === undefined) && (missing10 = "after"))) || ((data66.gate === undefined) && (missing10 = "gate"))) || ((data66.steps === undefined) && (missing10 = "steps"))){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10,schemaPath:"#/properties/trials/items/required",keyword:"required",params:{missingProperty: missing10},message:"must have required property '"+missing10+"'",schema:schema11.properties.trials.items.required,parentSchema:schema11.properties.trials.items,data:data66}];
return false;
}
else {
if(data66.id !== undefined){
let data67 = data66.id;
const _errs168 = errors;
const _errs169 = errors;
if(errors === _errs169){
if(typeof data67 === "string"){
if(!pattern1.test(data67)){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/id",schemaPath:"#/definitions/trial/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{16}$"},message:"must match pattern \""+"^[0-9a-f]{16}$"+"\"",schema:"^[0-9a-f]{16}$",parentSchema:schema44,data:data67}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/id",schemaPath:"#/definitions/trial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.type,parentSchema:schema44,data:data67}];
return false;
}
}
var valid56 = _errs168 === errors;
}
else {
var valid56 = true;
}
if(valid56){
if(data66.spec !== undefined){
const _errs171 = errors;
if(!(validate11(data66.spec, {instancePath:instancePath+"/trials/" + i10+"/spec",parentData:data66,parentDataProperty:"spec",rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
var valid56 = _errs171 === errors;
}
else {
var valid56 = true;
}
if(valid56){
if(data66.after !== undefined){
let data69 = data66.after;
const _errs172 = errors;
if(errors === _errs172){
if(Array.isArray(data69)){
var valid58 = true;
const len11 = data69.length;
for(let i11=0; i11<len11; i11++){
let data70 = data69[i11];
const _errs174 = errors;
const _errs175 = errors;
if(errors === _errs175){
if(typeof data70 === "string"){
if(!pattern1.test(data70)){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/after/" + i11,schemaPath:"#/definitions/trial/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{16}$"},message:"must match pattern \""+"^[0-9a-f]{16}$"+"\"",schema:"^[0-9a-f]{16}$",parentSchema:schema44,data:data70}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/after/" + i11,schemaPath:"#/definitions/trial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.type,parentSchema:schema44,data:data70}];
return false;
}
}
var valid58 = _errs174 === errors;
if(!valid58){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/after",schemaPath:"#/properties/trials/items/properties/after/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.trials.items.properties.after.type,parentSchema:schema11.properties.trials.items.properties.after,data:data69}];
return false;
}
}
var valid56 = _errs172 === errors;
}
else {
var valid56 = true;
}
if(valid56){
if(data66.gate !== undefined){
let data71 = data66.gate;
const _errs177 = errors;
if((!((typeof data71 == "number") && (isFinite(data71)))) && (data71 !== null)){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/gate",schemaPath:"#/properties/trials/items/properties/gate/type",keyword:"type",params:{type: schema11.properties.trials.items.properties.gate.type},message:"must be number,null",schema:schema11.properties.trials.items.properties.gate.type,parentSchema:schema11.properties.trials.items.properties.gate,data:data71}];
return false;
}
var valid56 = _errs177 === errors;
}
else {
var valid56 = true;
}
if(valid56){
if(data66.steps !== undefined){
let data72 = data66.steps;
const _errs179 = errors;
const _errs180 = errors;
if(!(((typeof data72 == "number") && (!(data72 % 1) && !isNaN(data72))) && (isFinite(data72)))){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/steps",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema57.type,parentSchema:schema57,data:data72}];
return false;
}
if(errors === _errs180){
if((typeof data72 == "number") && (isFinite(data72))){
if(data72 > 9007199254740991 || isNaN(data72)){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/steps",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema57,data:data72}];
return false;
}
else {
if(data72 < 0 || isNaN(data72)){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/steps",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema57,data:data72}];
return false;
}
}
}
}
var valid56 = _errs179 === errors;
}
else {
var valid56 = true;
}
if(valid56){
if(data66.timeoutMinutes !== undefined){
let data73 = data66.timeoutMinutes;
const _errs182 = errors;
if(!((typeof data73 == "number") && (isFinite(data73)))){
validate10.errors = [{instancePath:instancePath+"/trials/" + i10+"/timeoutMinutes",schemaPath:"#/properties/trials/items/properties/timeoutMinutes/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.trials.items.properties.timeoutMinutes.type,parentSchema:schema11.properties.trials.items.properties.timeoutMinutes,data:data73}];
return false;
}
var valid56 = _errs182 === errors;
}
else {
var valid56 = true;
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/trials/" + i10,schemaPath:"#/properties/trials/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.trials.items.type,parentSchema:schema11.properties.trials.items,data:data66}];
return false;
}
}
var valid55 = _errs166 === errors;
if(!valid55){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/trials",schemaPath:"#/properties/trials/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.trials.type,parentSchema:schema11.properties.trials,data:data65}];
return false;
}
}
var valid0 = _errs164 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
